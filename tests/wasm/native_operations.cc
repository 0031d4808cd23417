// SPDX-License-Identifier: Apache-2.0
// The operations of a WebAssembly module, answered by the native engine: the tests in lesson/engine compare the two.
//   recurra_native_figures < requests > replies
// A request is two words of 32 bits (bytes of the name and of the fields), the name, the fields. A reply is two words
// (bytes of the text, count of the numbers), the text, the float64 numbers. Status 1 and a message: an error.
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>

#include "operations.h"

namespace {

bool read_bytes(std::string& out, std::size_t size) {
  out.resize(size);
  return std::fread(out.data(), 1, size, stdin) == size;
}

void answer(const std::string& name, const std::string& request) {
  recurra::wasm::Reply reply;
  recurra::wasm::run_operation(name, request, reply);
  const std::string text = reply.json();
  const std::uint32_t sizes[2] = {static_cast<std::uint32_t>(text.size()),
                                  static_cast<std::uint32_t>(reply.numbers().size())};
  std::fwrite(sizes, sizeof sizes, 1, stdout);
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fwrite(reply.numbers().data(), sizeof(double), reply.numbers().size(), stdout);
}

}  // namespace

int main() {
  try {
    std::uint32_t sizes[2];
    std::string name, request;
    while (std::fread(sizes, sizeof sizes, 1, stdin) == 1 && read_bytes(name, sizes[0]) &&
           read_bytes(request, sizes[1]))
      answer(name, request);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
