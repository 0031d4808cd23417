// SPDX-License-Identifier: Apache-2.0
// The recurra command as a program.
#include <system_error>

#include "cli/run.h"

int main(int argc, char** argv) {
  std::error_code none;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", none);
  return recurra::run_command(argc, argv, program.parent_path());
}
