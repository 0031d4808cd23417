// SPDX-License-Identifier: Apache-2.0
// Loads a net from a file and steps it, with RTNeural's model of run-time sizes.
#include <RTNeural/RTNeural.h>

#include <cstdio>
#include <fstream>
#include <vector>

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  std::ifstream file(argv[1]);
  const auto model = RTNeural::json_parser::parseJson<float>(file);
  if (!model) return 1;
  std::vector<float> x(static_cast<std::size_t>(model->getInSize()), 1.0f);
  float y = 0;
  for (int t = 0; t < 20; ++t) {
    y = model->forward(x.data());
    x.assign(x.size(), 0.0f);
  }
  std::printf("%d to %d: %.5f\n", model->getInSize(), model->getOutSize(), static_cast<double>(y));
}
