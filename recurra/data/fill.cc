// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/fill.h"

namespace recurra {

FilledColumn fill_forward(std::span<const double> x, double before) {
  FilledColumn out;
  double last = before;
  for (const double v : x) {
    const bool missing = std::isnan(v);
    if (!missing) last = v;
    out.any |= missing;
    out.values.push_back(last);
    out.was_missing.push_back(missing ? 1 : 0);
  }
  return out;
}

}  // namespace recurra
