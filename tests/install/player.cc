// SPDX-License-Identifier: Apache-2.0
// A host of recurra::stream alone: loads a net from a file and steps it. Sizes in docs/how-to/embed-in-cpp.md are its
// own.
#include <cstdio>
#include <exception>
#include <vector>

#include "recurra/io/stepper_file.h"

static void play(const char* path) {
  recurra::Stepper stepper(recurra::read_stream_chain(path));
  std::vector<float> x(static_cast<std::size_t>(stepper.input_size()), 1.0f);
  float y = 0;
  for (int t = 0; t < 20; ++t) {
    y = stepper.step(x.data())[0];
    x.assign(x.size(), 0.0f);
  }
  std::printf("%lld to %lld: %.5f\n", static_cast<long long>(stepper.input_size()),
              static_cast<long long>(stepper.output_size()), y);
}

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  try {
    play(argv[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
