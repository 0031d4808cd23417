// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "cli/command.h"
#include "recurra/base/version.h"
#include "recurra/kernels/bf16.h"
#include "recurra/simd/isa.h"

namespace recurra {
namespace {

Status info(const GlobalOptions& global) {
  const auto isas = available_isas();
  const bool untested = isa_in_use() == "neon";  // no test has run on such a machine yet
  const char* bf16 = kernels::bf16_is_native() ? "avx512_bf16" : "emulated";
  if (global.json) {
    std::cout << nlohmann::json({{"version", kVersion},
                                 {"isa", isa_in_use()},
                                 {"isas", isas},
                                 {"untested", untested},
                                 {"bf16", bf16},
                                 {"processors", available_processors()},
                                 {"threads", global.team_size()}})
              << '\n';
    return kDone;
  }
  std::string list;
  for (const auto& isa : isas) list += " " + isa;
  std::cout << "recurra " << kVersion << "\ninstruction set: " << isa_in_use() << " (of" << list
            << "; RECURRA_ISA=NAME overrides)" << (untested ? ", untested" : "") << "\nbfloat16 products: " << bf16
            << "\nthreads: " << global.team_size() << " (of " << available_processors() << " processors)\n";
  return kDone;
}

}  // namespace

void add_info(CLI::App& app, const GlobalOptions& global, Action& action) {
  CLI::App* verb = app.add_subcommand("info", "Show version, instruction sets, threads");
  verb->callback([&global, &action] { action = [&global] { return info(global); }; });
}

}  // namespace recurra
