// SPDX-License-Identifier: Apache-2.0
#include "cli/forcing_flags.h"

#include <algorithm>

#include "cli/training_flags.h"

namespace recurra {

void ForcingFlags::add_to(CLI::App& verb) {
  flags_ = {add_choice(verb, "--forcing", decay_, forcing_names(),
                       "Of a decoder: how the rate of teacher forcing falls over the batches"),
            verb.add_option("--forcing-k", options_.k,
                            "constant: the rate; linear: batches until 0; exponential: base; inverse-sigmoid: k"),
            verb.add_option("--forcing-floor", options_.floor, "No rate below it")->capture_default_str()};
}

bool ForcingFlags::given() const {
  return std::any_of(flags_.begin(), flags_.end(), [](const CLI::Option* flag) { return flag->count() > 0; });
}

ForcingOptions ForcingFlags::options() const {
  ForcingOptions o = options_;
  o.decay = parse_name(forcing_names(), decay_);
  require<UsageError>(o.decay == ForcingDecay::constant || flags_[1]->count() > 0, "--forcing ", decay_,
                      " needs --forcing-k");
  check_usage([&] { static_cast<void>(TeacherForcing(o)); });
  return o;
}

}  // namespace recurra
