// SPDX-License-Identifier: Apache-2.0
// Measurements without the command, for the WebAssembly build: every NAME on the command line, or all of them, for
// every cell on one thread. One JSON object a line.
#include <iostream>
#include <string>
#include <vector>

#include "bench/bench.h"

int main(int argc, char** argv) {
  const std::vector<std::string> names =
      argc > 1 ? std::vector<std::string>(argv + 1, argv + argc) : recurra::bench_names();
  recurra::Context context(1);
  for (const std::string& name : names) {
    for (const std::string& cell : recurra::bench_cells()) {
      if (name == "peak" && cell != recurra::bench_cells().front()) continue;
      recurra::BenchOptions options;
      options.cell = cell;
      for (const auto& result : recurra::run_bench(context, name, options)) std::cout << to_json(result) << std::endl;
    }
  }
}
