// SPDX-License-Identifier: Apache-2.0
// An audio plug-in in the LV2 format: mono in, mono out, through the net in net.safetensors of its own folder, added to
// the input as captures of amplifiers are trained. docs/how-to/audio-plug-in.md says how to build and hear it.
#include <exception>
#include <memory>
#include <string>

#include <lv2/core/lv2.h>

#include "recurra/io/stepper_file.h"
#include "recurra/nn/stepper.h"

namespace {

constexpr double kTrainedRate = 48000;  // samples per second of what the net was trained on
enum Port : std::uint32_t { kInput, kOutput };

struct Amp {
  recurra::Stepper stepper;
  const float* input = nullptr;
  float* output = nullptr;
};

/// Not real-time: reads the file, takes all memory, warms up. No exception may cross to the host, which is C.
LV2_Handle instantiate(const LV2_Descriptor*, double rate, const char* bundle, const LV2_Feature* const*) {
  try {
    const recurra::StreamChain net =
        recurra::read_stream_chain(std::string(bundle) + "/net.safetensors", {.skip = true});
    return new Amp{recurra::Stepper(net, {.rate_ratio = std::max(1.0, rate / kTrainedRate)})};
  } catch (const std::exception&) {
    return nullptr;  // the host says that the plug-in cannot be started
  }
}

void connect_port(LV2_Handle handle, std::uint32_t port, void* data) {
  Amp& amp = *static_cast<Amp*>(handle);
  if (port == kInput) amp.input = static_cast<const float*>(data);
  if (port == kOutput) amp.output = static_cast<float*>(data);
}

void activate(LV2_Handle handle) {
  static_cast<Amp*>(handle)->stepper.reset();
}

/// Real-time: allocates nothing, locks nothing.
void run(LV2_Handle handle, std::uint32_t samples) {
  Amp& amp = *static_cast<Amp*>(handle);
  amp.stepper.step_block(amp.input, amp.output, samples);
}

void cleanup(LV2_Handle handle) {
  delete static_cast<Amp*>(handle);
}

const LV2_Descriptor kDescriptor = {
    "urn:recurra:examples:amp", instantiate, connect_port, activate, run, nullptr, cleanup, nullptr};

}  // namespace

LV2_SYMBOL_EXPORT const LV2_Descriptor* lv2_descriptor(std::uint32_t index) {
  return index == 0 ? &kDescriptor : nullptr;
}
