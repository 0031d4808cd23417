// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/forcing_options.h"

namespace recurra {

const Names<ForcingDecay>& forcing_names() {
  static const Names<ForcingDecay> names = {{"constant", ForcingDecay::constant},
                                            {"linear", ForcingDecay::linear},
                                            {"exponential", ForcingDecay::exponential},
                                            {"inverse-sigmoid", ForcingDecay::inverse_sigmoid}};
  return names;
}

void add_forcing_options(OptionTable& t, ForcingOptions& o, std::function<bool()> applies) {
  t.add("forcing", o.decay, forcing_names(), "Decoder: how the rate of teacher forcing falls over the batches")
      .kept()
      .only_if(applies);
  t.add("forcing-k", o.k, "constant: the rate; linear: batches until 0; exponential: base; inverse-sigmoid: k")
      .kept()
      .only_if(applies);
  t.add("forcing-floor", o.floor, "Minimum rate of teacher forcing").kept().only_if(applies);
}

void check_forcing(OptionTable& table, const ForcingOptions& o) {
  require<UsageError>(o.decay == ForcingDecay::constant || table.find("forcing-k")->given, "--forcing ",
                      name_of(forcing_names(), o.decay), " needs --forcing-k");
  check_usage([&] { static_cast<void>(TeacherForcing(o)); });
}

}  // namespace recurra
