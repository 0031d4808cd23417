// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/classify/options.h"

namespace recurra {

const std::vector<std::string>& readout_names() {
  static const std::vector<std::string> names = {"last", "mean", "max", "attention"};
  return names;
}

void check_options(const ClassifyOptions& o) {
  check_options(static_cast<const NetOptions&>(o));
  require(o.validation >= 0 && o.validation <= 0.5, "validation: expected a share from 0 to 0.5, found ", o.validation);
  require(o.noise >= 0, "noise: expected at least 0, found ", o.noise);
}

nlohmann::json to_json(const ClassifyOptions& o) {
  nlohmann::json json = net_options_to_json(o);
  json.update({{"readout", name_of(readout_names(), o.readout)},
               {"class_weights", o.class_weights},
               {"scale", name_of(scale_names(), o.scale)},
               {"validation", o.validation},
               {"noise", o.noise}});
  return json;
}

ClassifyOptions classify_options_from(const JsonReader& r) {
  ClassifyOptions o;
  read_net_options(r, o);
  o.readout = static_cast<SequenceReadout>(r.one_of("readout", readout_names()));
  o.class_weights = r.boolean("class_weights");
  o.scale = static_cast<ScaleKind>(r.one_of("scale", scale_names()));
  o.validation = r.number("validation");
  o.noise = r.number("noise");
  check_options(o);
  return o;
}

}  // namespace recurra
