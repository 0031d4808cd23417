// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/classify/options.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_set>

#include "recurra/io/json_reader.h"
#include "recurra/tasks/common/by_data.h"

namespace recurra {
namespace {

constexpr Index kMaxNets = 1000;
constexpr Index kMinToHoldOut = 100, kMinOfClassToHoldOut = 50, kAlwaysHoldOutFrom = 1000;
constexpr double kHeldOut = 0.2;
constexpr Index kMaxChronoSteps = 100;
constexpr Index kNetsOfSmallSet = 5;  // where results depend much on the seed

bool enough_to_hold_out(const LabelledSequences& set) {
  std::unordered_set<std::string_view> different;  // by their bytes
  for (Index i = 0; i < set.count(); ++i)
    different.emplace(reinterpret_cast<const char*>(set.x.steps(i).data()), set.x.steps(i).size_bytes());
  if (static_cast<Index>(different.size()) < kMinToHoldOut) return false;
  std::map<std::string, Index> counts;
  for (const auto& label : set.labels) ++counts[label];
  const auto rarer = [](const auto& a, const auto& b) { return a.second < b.second; };
  const Index rarest = std::min_element(counts.begin(), counts.end(), rarer)->second;
  return rarest >= kMinOfClassToHoldOut || set.count() >= kAlwaysHoldOutFrom;
}

Index median_of(std::vector<Index> lengths) {
  std::nth_element(lengths.begin(), lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2), lengths.end());
  return lengths[lengths.size() / 2];
}

}  // namespace

void add_options(OptionTable& t, ClassifyOptions& o) {
  t.group("Net");
  t.add("readout", o.readout, readout_names(), "How the states of all steps become one vector").kept();
  t.add("ensemble", o.ensemble, "Nets with different seeds in one model, whose probabilities are averaged")
      .range(1, kMaxNets)
      .automatic("by the data")
      .kept_unless("1");
  add_net_options(t, o);
  t.group("Preparation");
  t.add("scale", o.scale, scale_names(), "Scaling of inputs, fitted on training sequences only").kept();
  add_loop_options(t, o.train);
  t.add("validation", o.validation, "Share held out for early stopping; 0: none, all epochs are run")
      .range(0, 0.5)
      .automatic("by the data")
      .kept();
  t.add("noise", o.noise, "Standard deviation of noise on the scaled inputs in training").at_least(0).kept();
  t.add("class-weights", o.class_weights, "Give each class the same weight in the loss").kept();
}

void check_options(const ClassifyOptions& o) {
  check_ranges(o);
}

ClassifyOptions chosen_by_data(ClassifyOptions o, const LabelledSequences& set, std::string& note) {
  require(set.count() > 0, set.source, ": there is no sequence");
  std::string more;
  choose_validation(o.validation, enough_to_hold_out(set), kHeldOut, more);
  if (o.init.chrono_steps == kByData) {
    const bool gates = describe(o.cell).keeps >= 0;
    const Index steps = std::min(median_of(set.x.lengths()), kMaxChronoSteps);
    o.init.chrono_steps = gates && !o.init.forget_bias && steps > 1 ? steps : 0;
    if (o.init.chrono_steps > 0) more += concat(", chrono ", o.init.chrono_steps);
  }
  if (o.ensemble == kByData) {
    o.ensemble = set.count() < kMinToHoldOut ? kNetsOfSmallSet : 1;
    if (o.ensemble > 1) more += concat(", an ensemble of ", o.ensemble);
  }
  note = settle_by_data(o.train, {.items = set.count(), .steps = set.x.total_steps()}, *o.validation,
                        concat(set.count(), " sequences of ", set.x.total_steps() / set.count(), " steps"), more);
  return o;
}

nlohmann::json to_json(const ClassifyOptions& options) {
  ClassifyOptions copy = options;
  nlohmann::json json;
  table_of(copy).write(json);
  return json;
}

ClassifyOptions classify_options_from(const JsonReader& r) {
  ClassifyOptions o;
  table_of(o).read(r);
  check_options(o);
  return o;
}

}  // namespace recurra
