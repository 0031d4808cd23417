// SPDX-License-Identifier: Apache-2.0
// The engine behind a flat C ABI, for JavaScript: one call that runs an operation by name on a request and leaves a
// reply (message.h), which stays until the next call. One thread. Errors of the engine become a code and a message,
// never a trap.
#include <cstdlib>
#include <new>

#include "operations.h"
#include "recurra/base/error.h"

namespace {

/// In the order of the kinds in lesson/engine/module.ts.
enum Status { kDone, kValue, kShape, kFormat, kIo, kUnsupported, kMemory };

recurra::wasm::Reply reply;
std::string text;

Status status_of(const std::exception& error) {
  if (dynamic_cast<const recurra::ShapeError*>(&error)) return kShape;
  if (dynamic_cast<const recurra::FormatError*>(&error)) return kFormat;
  if (dynamic_cast<const recurra::IoError*>(&error)) return kIo;
  if (dynamic_cast<const recurra::UnsupportedError*>(&error)) return kUnsupported;
  return kValue;
}

}  // namespace

extern "C" {

/// Emscripten calls it when the memory has grown. The client reads the memory afresh after each call, so it needs no
/// notice, and the module imports nothing for it.
void emscripten_notify_memory_growth(std::size_t) {}

void* recurra_allocate(std::size_t size) {
  return std::malloc(size);
}

void recurra_free(void* block) {
  std::free(block);
}

/// 0, or the kind of error, with the message as the text of the reply.
int recurra_call(const char* name, std::size_t name_size, const char* request, std::size_t request_size) {
  reply = {};
  try {
    recurra::wasm::run_operation({name, name_size}, {request, request_size}, reply);
    text = reply.json();
    return kDone;
  } catch (const std::bad_alloc&) {
    reply = {};
    text = "the engine's memory is used up";
    return kMemory;
  } catch (const std::exception& error) {
    text = error.what();
    return status_of(error);
  }
}

const char* recurra_text() {
  return text.data();
}
std::size_t recurra_text_size() {
  return text.size();
}
const double* recurra_numbers() {
  return reply.numbers().data();
}
std::size_t recurra_numbers_count() {
  return reply.numbers().size();
}
const char* recurra_bytes() {
  return reply.bytes.data();
}
std::size_t recurra_bytes_size() {
  return reply.bytes.size();
}

}  // extern "C"
