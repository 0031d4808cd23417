// SPDX-License-Identifier: Apache-2.0
#include "capi/recurra.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "recurra/io/atomic_file.h"
#include "recurra/io/safetensors.h"
#include "recurra/io/stepper_file.h"

struct recurra_stepper {
  recurra::Stepper net;
};

namespace {

using recurra::Index;

/// Calls fn; an error becomes its text and `failed`.
template <class Result, class Fn>
Result guarded(char* error, std::size_t size, Result failed, Fn fn) noexcept {
  const auto tell = [&](const char* text) {
    if (!error || size == 0) return;
    const std::size_t length = std::min(std::strlen(text), size - 1);
    std::memcpy(error, text, length);
    error[length] = '\0';
  };
  try {
    tell("");
    return fn();
  } catch (const std::exception& e) {
    tell(e.what());
  } catch (...) {
    tell("unknown error");
  }
  return failed;
}

recurra::StreamWeights weights_of(int kind) {
  recurra::require(kind >= RECURRA_F32 && kind <= RECURRA_F16, "recurra_options: unknown weights ", kind);
  return kind == RECURRA_BF16   ? recurra::StreamWeights::bf16
         : kind == RECURRA_INT8 ? recurra::StreamWeights::int8
         : kind == RECURRA_F16  ? recurra::StreamWeights::f16
                                : recurra::StreamWeights::f32;
}

recurra_stepper* open(std::string_view bytes, const std::string& name, const recurra_options* given) {
  const recurra_options options = given ? *given : recurra_options{};
  recurra::require(std::all_of(std::begin(options.reserved), std::end(options.reserved), [](int i) { return i == 0; }),
                   "recurra_options: reserved fields must be 0");
  recurra::StreamFileOptions file;
  file.skip = options.skip != 0;
  recurra::require(options.unbiased >= 0 && options.unbiased <= RECURRA_DENSE, "recurra_options: unknown unbiased ",
                   options.unbiased);
  if (options.unbiased != 0) file.embedding = options.unbiased == RECURRA_EMBEDDING;
  if (options.one_gate_relu) file.one_gate = recurra::Cell::rnn_relu;
  recurra::StreamChain chain = recurra::parse_stream_chain(bytes, name, file);
  if (options.output_tanh) {
    auto* last = std::get_if<recurra::StreamDense>(&chain.layers.back());
    recurra::require(last, name, ": output_tanh needs a dense layer at the end");
    last->activation = recurra::StreamActivation::tanh;
  }
  recurra::StepperOptions stepper;
  stepper.weights = weights_of(options.weights);
  recurra::require(options.activation == RECURRA_PRECISE || options.activation == RECURRA_APPROXIMATE,
                   "recurra_options: unknown activation ", options.activation);
  if (options.activation == RECURRA_APPROXIMATE) stepper.activation = recurra::StreamActivations::approximate;
  if (options.batch != 0) stepper.batch = options.batch;
  if (options.rate_ratio != 0) stepper.rate_ratio = options.rate_ratio;
  recurra::Stepper net(chain, stepper);
  recurra::require(std::max(net.input_size(), net.output_size()) <= std::numeric_limits<int>::max(), name,
                   ": a layer is too large");
  return new recurra_stepper{std::move(net)};
}

}  // namespace

int recurra_api_version(void) {
  return RECURRA_API_VERSION;
}

recurra_stepper* recurra_open(const char* path, const recurra_options* options, char* error, size_t error_size) {
  return guarded<recurra_stepper*>(error, error_size, nullptr, [&] {
    recurra::require(path, "recurra_open: the path is NULL");
    return open(recurra::read_file(path, recurra::kMaxTensorFileBytes), path, options);
  });
}

recurra_stepper* recurra_open_memory(const void* bytes, size_t size, const recurra_options* options, char* error,
                                     size_t error_size) {
  return guarded<recurra_stepper*>(error, error_size, nullptr, [&] {
    recurra::require(bytes, "recurra_open_memory: the bytes are NULL");
    return open({static_cast<const char*>(bytes), size}, "memory", options);
  });
}

recurra_stepper* recurra_clone(const recurra_stepper* stepper, char* error, size_t error_size) {
  return guarded<recurra_stepper*>(error, error_size, nullptr,
                                   [&] { return new recurra_stepper{stepper->net.clone()}; });
}

void recurra_close(recurra_stepper* stepper) {
  delete stepper;
}

int recurra_input_size(const recurra_stepper* stepper) {
  return static_cast<int>(stepper->net.input_size());
}
int recurra_output_size(const recurra_stepper* stepper) {
  return static_cast<int>(stepper->net.output_size());
}
int recurra_batch(const recurra_stepper* stepper) {
  return static_cast<int>(stepper->net.batch());
}
int recurra_vocabulary(const recurra_stepper* stepper) {
  return static_cast<int>(stepper->net.vocabulary());
}

void recurra_step(recurra_stepper* stepper, const float* x, float* y) {
  const auto out = stepper->net.step(x);
  std::copy(out.begin(), out.end(), y);
}
void recurra_step_block(recurra_stepper* stepper, const float* x, float* y, size_t n) {
  stepper->net.step_block(x, y, static_cast<Index>(n));
}

void recurra_reset(recurra_stepper* stepper) {
  stepper->net.reset();
}
size_t recurra_state_size(const recurra_stepper* stepper) {
  return static_cast<size_t>(stepper->net.state_size());
}
void recurra_get_state(const recurra_stepper* stepper, float* state) {
  stepper->net.read_state(state);
}
void recurra_set_state(recurra_stepper* stepper, const float* state) {
  stepper->net.write_state(state);
}

int recurra_offer(recurra_stepper* stepper, const recurra_stepper* other, char* error, size_t error_size) {
  return guarded(error, error_size, 1, [&] {
    stepper->net.offer(other->net);
    return 0;
  });
}
