// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/forcing_options.h"

#include "recurra/tasks/common/net_options.h"

namespace recurra {

const Names<ForcingDecay>& forcing_names() {
  static const Names<ForcingDecay> names = {{"constant", ForcingDecay::constant},
                                            {"linear", ForcingDecay::linear},
                                            {"exponential", ForcingDecay::exponential},
                                            {"inverse-sigmoid", ForcingDecay::inverse_sigmoid}};
  return names;
}

nlohmann::json forcing_to_json(const ForcingOptions& o) {
  return {{"forcing", name_of(forcing_names(), o.decay)}, {"forcing_k", o.k}, {"forcing_floor", o.floor}};
}

ForcingOptions forcing_from(const JsonReader& r) {
  const ForcingOptions o{r.one_of("forcing", forcing_names()), r.number("forcing_k"), r.number("forcing_floor")};
  static_cast<void>(TeacherForcing(o));
  return o;
}

std::string forcing_flags(const ForcingOptions& o) {
  std::string out;
  const bool falls = o.decay != ForcingDecay::constant;
  if (falls) out += " --forcing " + name_of(forcing_names(), o.decay);
  if (falls || o.k != ForcingOptions().k) out += concat(" --forcing-k ", o.k);
  if (o.floor > 0) out += concat(" --forcing-floor ", o.floor);
  return out;
}

}  // namespace recurra
