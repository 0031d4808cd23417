// SPDX-License-Identifier: Apache-2.0
// Five fixed pieces of work for counting instructions (bench/instructions.py): workload NAME runs one on one thread,
// without a name it lists them. The counted part is Bench::run.
#include <iostream>
#include <string>

#include "bench/bench.h"

namespace {

struct Workload {
  const char* name;
  const char* bench;
  recurra::BenchOptions options;
};
const Workload kWorkloads[] = {
    {"gemm", "gemm", {.calls = 100}},
    {"lstm-layer", "layer", {.calls = 4}},
    {"gru-layer", "layer", {.cell = "gru", .calls = 4}},
    {"lstm-epoch", "listing", {.hidden = 64, .calls = 1}},
    {"lstm-step", "step", {.calls = 200}},
    {"lstm-stream", "stream", {.hidden = 16, .calls = 50}},
    {"gru-stream", "stream", {.cell = "gru", .hidden = 16, .calls = 50}},
};

}  // namespace

int main(int argc, char** argv) {
  recurra::Context context(1);
  for (const Workload& workload : kWorkloads) {
    if (argc < 2) std::cout << workload.name << '\n';
    if (argc == 2 && argv[1] == std::string(workload.name))
      recurra::run_bench(context, workload.bench, workload.options);
  }
}
