// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"

#include <iostream>

#include "cli/ranks.h"
#include "recurra/io/atomic_file.h"

namespace recurra {

void write_text(const std::string& path, const std::string& text) {
  if (path != "-") return write_file_atomically(path, text);
  std::cout << text << std::flush;
  require<IoError>(std::cout.good(), "standard output: cannot be written");
}

void print_result(const GlobalOptions& global, const nlohmann::json& json, const std::string& text) {
  write_text("-", global.json ? json_line(json) : text);
}

void print_notes(const GlobalOptions& global, const std::vector<std::string>& notes) {
  if (global.quiet) return;
  for (const std::string& note : notes) std::cerr << "note: " << note << '\n';
}

CommandContext::CommandContext(const GlobalOptions& global, Sharing sharing) : Context(global.team_size()) {
  if (sharing == Sharing::ranks) {
    own_ranks_ = ranks_of_mpirun(global.folder);
    set_ranks(own_ranks_.get());
  } else {
    require<UsageError>(
        mpirun_ranks() <= 1, "mpirun has started ", mpirun_ranks(),
        " processes, but only train, search and compare are shared among them; run this verb without mpirun");
  }
  if (!note().empty()) print_notes(global, {note() + "; the results are the same on any number"});
}

}  // namespace recurra
