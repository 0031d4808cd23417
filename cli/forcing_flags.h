// SPDX-License-Identifier: Apache-2.0
// The flags of teacher forcing and scheduled sampling, for every task with a decoder.
#pragma once

#include "cli/command.h"
#include "recurra/tasks/common/forcing_options.h"

namespace recurra {

/// --forcing, --forcing-k, --forcing-floor.
class ForcingFlags {
 public:
  ForcingFlags() = default;
  ForcingFlags(const ForcingFlags&) = delete;  // the flags hold references into it

  void add_to(CLI::App& verb);
  /// Errors: UsageError for a rate that is none, and for a decay without its k.
  ForcingOptions options() const;
  /// Whether any of them was on the command line.
  bool given() const;

 private:
  ForcingOptions options_;
  std::string decay_ = name_of(forcing_names(), ForcingOptions().decay);
  std::vector<CLI::Option*> flags_;  ///< decay, k, floor
};

}  // namespace recurra
