// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/regress/options.h"

#include "recurra/io/json_reader.h"
#include "recurra/tasks/common/by_data.h"

namespace recurra {
namespace {

constexpr Index kMinToHoldOut = 100;
constexpr double kHeldOut = 0.2;

const Names<ops::LossKind>& loss_choices() {
  using ops::LossKind;
  static const Names<LossKind> names = ops::loss_kind_names().only({LossKind::mse, LossKind::mae, LossKind::huber});
  return names;
}

}  // namespace

void add_options(OptionTable& t, RegressOptions& o) {
  t.group("Data");
  t.add("target", o.targets, "Column of the number to predict, the same in all rows of a sequence; several: a,b")
      .splits()
      .automatic("the number of each sequence in the file")
      .kept("targets");
  t.group("Net");
  t.add("readout", o.readout, readout_names(), "How the states of all steps become one vector").kept();
  add_net_options(t, o);
  t.group("Preparation");
  t.add("scale", o.scale, scale_names(), "Scaling of inputs and targets, fitted on training sequences only").kept();
  add_loop_options(t, o.train);
  t.add("loss", o.loss.kind, loss_choices(), "Loss on the scaled targets").kept();
  t.add("huber", o.loss.parameter, "Error above which the Huber loss is linear").above(0).kept();
  t.add("validation", o.validation, "Share held out for early stopping; 0: none, all epochs are run")
      .range(0, 0.5)
      .automatic("by the data")
      .kept();
  t.add("noise", o.noise, "Standard deviation of noise on the scaled inputs in training").at_least(0).kept();
}

void check_options(const RegressOptions& o) {
  check_ranges(o);
}

RegressOptions chosen_by_data(RegressOptions o, const LabelledSequences& set, std::string& note) {
  require(set.count() > 0, set.source, ": there is no sequence");
  std::string more;
  choose_validation(o.validation, set.count() >= kMinToHoldOut, kHeldOut, more);
  note = settle_by_data(o.train, {.items = set.count(), .steps = set.x.total_steps()}, *o.validation,
                        concat(set.count(), " sequences of ", set.x.total_steps() / set.count(), " steps"), more);
  return o;
}

nlohmann::json to_json(const RegressOptions& options) {
  RegressOptions copy = options;
  nlohmann::json json;
  table_of(copy).write(json);
  return json;
}

RegressOptions regress_options_from(const JsonReader& r) {
  RegressOptions o;
  table_of(o).read(r);
  check_options(o);
  return o;
}

}  // namespace recurra
