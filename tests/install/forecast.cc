// SPDX-License-Identifier: Apache-2.0
// A host of all of it: a net's weights out and in again, and a file that is no forecaster. Argument: where the file
// goes.
#include <iostream>

#include "recurra/io/safetensors.h"
#include "recurra/nn/init.h"
#include "recurra/nn/recurrent.h"
#include "recurra/tasks/forecast/forecaster.h"

int main(int, char** arguments) {
  const std::string path = arguments[1];
  recurra::Recurrent<float> lstm({.cell = recurra::Cell::lstm, .input_size = 3, .hidden_size = 4});
  recurra::initialize(lstm.parameters(), 7);
  recurra::write_safetensors(path, {{}, lstm.state()});
  recurra::Recurrent<float> again({.cell = recurra::Cell::lstm, .input_size = 3, .hidden_size = 4});
  again.load(recurra::read_safetensors(path).tensors);
  std::cout << again.state().size() << " tensors\n";
  try {
    recurra::load_forecaster(path);
  } catch (const recurra::Error& error) {
    std::cout << error.what() << '\n';
  }
}
