// SPDX-License-Identifier: Apache-2.0
// The operations of the WebAssembly module, answered by the native engine: the tests in lesson/engine compare the two.
//   recurra_native_operations NAME < request > reply
// The reply is a word of 32 bits (bytes of the text), the text, then the float64 numbers. Status 1 and a message: an
// error.
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <iterator>

#include "operations.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    const std::string request{std::istreambuf_iterator<char>(std::cin), {}};
    recurra::wasm::Reply reply;
    recurra::wasm::run_operation(argv[1], request, reply);
    const std::string text = reply.json();
    const auto size = static_cast<std::uint32_t>(text.size());
    std::fwrite(&size, sizeof size, 1, stdout);
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fwrite(reply.numbers().data(), sizeof(double), reply.numbers().size(), stdout);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
