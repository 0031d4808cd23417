// SPDX-License-Identifier: Apache-2.0
// What a net has learned, to compare two trainings by.
#pragma once

#include <vector>

#include "recurra/nn/module.h"

namespace recurra {

/// All parameters, one after the other.
inline std::vector<float> weights_of(const Module<float>& net) {
  std::vector<float> out;
  for (const auto& parameter : net.parameters())
    out.insert(out.end(), parameter.variable.value().span().begin(), parameter.variable.value().span().end());
  return out;
}

}  // namespace recurra
