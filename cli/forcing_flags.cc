// SPDX-License-Identifier: Apache-2.0
#include "cli/forcing_flags.h"

#include "cli/training_flags.h"

namespace recurra {

void ForcingFlags::add_to(CLI::App& verb) {
  add_choice(verb, "--forcing", decay_, forcing_names(), "How the rate of teacher forcing falls over the batches");
  k_given_ = verb.add_option("--forcing-k", options_.k,
                             "constant: the rate; linear: batches until 0; exponential: base; inverse-sigmoid: k");
  verb.add_option("--forcing-floor", options_.floor, "No rate below it")->capture_default_str();
}

ForcingOptions ForcingFlags::options() const {
  ForcingOptions o = options_;
  o.decay = parse_name<ForcingDecay>(forcing_names(), decay_);
  require<UsageError>(o.decay == ForcingDecay::constant || k_given_->count() > 0, "--forcing ", decay_,
                      " needs --forcing-k");
  check_usage([&] { static_cast<void>(TeacherForcing(o)); });
  return o;
}

}  // namespace recurra
