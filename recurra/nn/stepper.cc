// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/stepper.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "recurra/base/denormals.h"
#include "recurra/kernels/layer_norm.h"

namespace recurra {
namespace {

constexpr Index kVectorRoom = 16;     // floats: a step writes whole vectors
constexpr double kLargestRatio = 64;  // above it, the past states would take more memory than the net

AlignedArray<float> state_rows(Index count) {
  return allocate_zeroed<float>(static_cast<std::size_t>(count + kVectorRoom));
}

}  // namespace

// New weights for the thread that steps, and old weights that it returns. Both threads only exchange
// pointers: no lock, and the stepping thread frees nothing.
struct Stepper::Exchange {
  struct Entry {
    std::shared_ptr<const StreamNet> net;
    Entry* next = nullptr;
  };
  const std::vector<LayerShape> shapes;  ///< of every offer
  std::atomic<Entry*> offered{nullptr}, given_up{nullptr};

  explicit Exchange(std::vector<LayerShape> own) : shapes(std::move(own)) {}
  void free_given_up() {
    for (Entry* entry = given_up.exchange(nullptr, std::memory_order_acquire); entry;)
      delete std::exchange(entry, entry->next);
  }
  ~Exchange() {
    free_given_up();
    delete offered.load();
  }
};

Stepper::Stepper(std::shared_ptr<const StreamNet> net, StepperOptions options)
    : options_(options),
      input_size_(net->input_size()),
      output_size_(net->output_size()),
      net_(std::move(net)),
      exchange_(std::make_unique<Exchange>(net_->shapes())) {}

Stepper::Stepper(const StreamChain& chain, StepperOptions options)
    : Stepper((require(options.batch > 0, "Stepper: expected a positive batch, found ", options.batch),
               pack_stream_net(chain, options.weights, options.batch, options.activation)),
              options) {
  require(options.rate_ratio >= 1 && options.rate_ratio <= kLargestRatio, "Stepper: expected rate_ratio from 1 to ",
          kLargestRatio, ", found ", options.rate_ratio);
  for (const PackedLayer& layer : net_->layers) {
    const kernels::StreamShape& shape = layer.plan.shape;
    require<UnsupportedError>(options.rate_ratio == 1 || (!shape.zones_out && shape.projection == 0),
                              "Stepper: rate_ratio mixes states of two steps, which zoneout and a projection do not "
                              "allow");
    require<UnsupportedError>(options.rate_ratio == 1 || describe(layer.plan.shape.cell).state_count() <= 2,
                              "Stepper: rate_ratio mixes states of two steps, which those of the ",
                              describe(layer.plan.shape.cell).title, " do not allow");
  }
  make_state();
  const std::vector<float> silence(static_cast<std::size_t>(options.batch * input_size_));
  for (int i = 0; i < 2; ++i) step(silence.data());
  reset();
}

Stepper::Stepper(Stepper&&) noexcept = default;
Stepper& Stepper::operator=(Stepper&&) noexcept = default;
Stepper::~Stepper() = default;

void Stepper::make_state() {
  const Index B = options_.batch;
  if (options_.rate_ratio > 1) past_states_ = static_cast<Index>(options_.rate_ratio) + 1;
  for (const PackedLayer& packed : net_->layers) {
    const auto& shape = packed.plan.shape;
    const Index units = B * shape.units;
    Layer layer{shape.outputs(), shape.units, 1, state_rows(B * shape.outputs()), {}, {}, {}, {}, {}};
    if (shape.recurrent) {
      recurrent_.push_back(layers_.size());
      const Index states = layer.states = describe(shape.cell).state_count();
      if (states > 1) layer.c = state_rows((states - 1) * units);
      if (states > 1 && shape.zones_out) layer.old_c = state_rows(units);
      if (past_states_ > 0) layer.past = state_rows(past_states_ * states * units);
      if (const Index room = kernels::stream_room(shape, B); room > 0) layer.room = state_rows(room);
      if (past_states_ > 0 || packed.plan.panels.size() > 1 || shape.zones_out || packed.projection)
        layer.out = state_rows(units);
      state_size_ += B * layer.outputs + (states - 1 + past_states_ * states) * units;
    }
    layers_.push_back(std::move(layer));
  }
  state_size_ += past_states_ > 0 ? 1 : 0;
  if (net_->skip) y_ = state_rows(B * output_size_);
}

Stepper Stepper::clone() const {
  Stepper twin(net_, options_);
  twin.make_state();
  std::vector<float> state(static_cast<std::size_t>(state_size_));
  read_state(state.data());
  twin.write_state(state.data());
  return twin;
}

void Stepper::offer(const Stepper& other) {
  require<ShapeError>(batch() == other.batch() && (y_ != nullptr) == (other.y_ != nullptr) &&
                          exchange_->shapes == other.exchange_->shapes,
                      "Stepper::offer: the nets differ in their layers, batch or skip");
  exchange_->free_given_up();
  auto entry = std::make_unique<Exchange::Entry>(Exchange::Entry{other.net_});
  delete exchange_->offered.exchange(entry.release(), std::memory_order_acq_rel);
}

void Stepper::take_offer() noexcept {
  if (!exchange_->offered.load(std::memory_order_relaxed)) return;
  Exchange::Entry* entry = exchange_->offered.exchange(nullptr, std::memory_order_acquire);
  if (!entry) return;  // the offer was replaced just now: the next step finds the new one
  std::swap(net_, entry->net);
  entry->next = exchange_->given_up.load(std::memory_order_relaxed);
  while (!exchange_->given_up.compare_exchange_weak(entry->next, entry, std::memory_order_release)) {
  }
}

const float* Stepper::run_layer(const PackedLayer& packed, Layer& layer, const float* x) noexcept {
  const Index B = options_.batch, D = packed.plan.shape.inputs, O = packed.plan.shape.units;
  switch (packed.kind) {
    case LayerKind::cell:
      return run_cell(packed, layer, x);
    case LayerKind::dots:
      net_->dot(B, D, O, x, packed.floats(), packed.bias.get(), layer.h.get());
      break;
    case LayerKind::layer_norm:
      kernels::layer_norm_rows(B, D, x, packed.floats(), packed.bias.get(), packed.epsilon, layer.h.get());
      break;
    case LayerKind::embedding:
      packed.look_up(packed.table(), B, x, layer.h.get());
      break;
  }
  return layer.h.get();
}

const float* Stepper::run_cell(const PackedLayer& packed, Layer& layer, const float* x) noexcept {
  const Index B = options_.batch;
  float *h = layer.h.get(), *out = layer.out ? layer.out.get() : h;
  if (layer.old_c) std::copy_n(layer.c.get(), B * layer.units, layer.old_c.get());
  packed.step(packed.view(), {B, x, h, layer.c.get(), out, layer.room.get()});
  if (packed.projection) {
    packed.projection->step(packed.projection->view(), {B, out, h, nullptr, h, nullptr});
    return h;
  }
  if (packed.plan.shape.zones_out) zone_out(packed, layer);
  if (packed.half_tanh)
    for (Index i = 0; i < B * layer.outputs; ++i) h[i] = 0.5f * h[i] + 0.5f;
  if (layer.past) {
    delay(layer);
  } else if (out != h) {
    std::copy_n(out, B * layer.units, h);
  }
  return out;
}

// As Recurrent::forward without training: the expected value over the units that a step leaves unchanged.
void Stepper::zone_out(const PackedLayer& packed, Layer& layer) noexcept {
  const Index count = options_.batch * layer.units;
  const auto mix = [&](const float* old, float* made, float fresh) {
    for (Index i = 0; i < count; ++i) made[i] = old[i] + fresh * (made[i] - old[i]);
  };
  if (packed.fresh_h < 1) mix(layer.h.get(), layer.out.get(), packed.fresh_h);
  if (packed.fresh_c < 1) mix(layer.old_c.get(), layer.c.get(), packed.fresh_c);
}

// The fresh state goes to the past states, and h and c become that of rate_ratio steps before the next one.
void Stepper::delay(Layer& layer) noexcept {
  const Index count = options_.batch * layer.units, states = layer.c ? 2 : 1;
  const auto whole = static_cast<Index>(options_.rate_ratio);
  const auto part = static_cast<float>(options_.rate_ratio - static_cast<double>(whole));
  const auto past = [&](Index steps_ago) {
    return layer.past.get() + (newest_ + past_states_ - steps_ago) % past_states_ * states * count;
  };
  std::copy_n(layer.out.get(), count, past(0));
  if (layer.c) std::copy_n(layer.c.get(), count, past(0) + count);
  const float *late = past(whole - 1), *later = past(whole);
  const auto mix = [&](float* to, Index from) {
    for (Index i = 0; i < count; ++i) to[i] = late[from + i] + part * (later[from + i] - late[from + i]);
  };
  mix(layer.h.get(), 0);
  if (layer.c) mix(layer.c.get(), count);
}

const float* Stepper::run(const float* x) noexcept {
  take_offer();
  const float* input = x;
  for (std::size_t i = 0; i < layers_.size(); ++i) x = run_layer(net_->layers[i], layers_[i], x);
  if (past_states_ > 0) newest_ = (newest_ + 1) % past_states_;
  if (!net_->skip) return x;
  for (Index i = 0; i < options_.batch * output_size_; ++i) y_[static_cast<std::size_t>(i)] = input[i] + x[i];
  return y_.get();
}

std::span<const float> Stepper::step(const float* x) noexcept {
  const FlushDenormals flush;
  return {run(x), static_cast<std::size_t>(options_.batch * output_size_)};
}

void Stepper::step_block(const float* x, float* y, Index n) noexcept {
  const FlushDenormals flush;
  const Index in = options_.batch * input_size_, out = options_.batch * output_size_;
  for (Index t = 0; t < n; ++t) std::copy_n(run(x + t * in), out, y + t * out);
}

Stepper::Layer& Stepper::recurrent(const char* what, Index layer) {
  require(layer >= 0 && layer < layers(), "Stepper::", what, ": there is no layer ", layer, " of ", layers());
  return layers_[recurrent_[static_cast<std::size_t>(layer)]];
}

std::span<float> Stepper::h(Index layer) {
  Layer& own = recurrent("h", layer);
  return {own.h.get(), static_cast<std::size_t>(options_.batch * own.outputs)};
}

std::span<float> Stepper::c(Index layer) {
  Layer& own = recurrent("c", layer);
  if (!own.c) return {};
  return {own.c.get(), static_cast<std::size_t>(options_.batch * own.units)};
}

// Calls fn(numbers, count) for every array of the state, whole.
template <class Self, class Fn>
void Stepper::for_each_state(Self& self, Fn fn) {
  for (const std::size_t at : self.recurrent_) {
    auto& layer = self.layers_[at];
    const Index count = self.options_.batch * layer.units;
    fn(layer.h.get(), self.options_.batch * layer.outputs);
    if (layer.c) fn(layer.c.get(), (layer.states - 1) * count);
    if (layer.past) fn(layer.past.get(), self.past_states_ * layer.states * count);
  }
}

void Stepper::read_state(float* to) const noexcept {
  for_each_state(*this, [&](const float* numbers, Index count) { to = std::copy_n(numbers, count, to); });
  if (past_states_ > 0) *to = static_cast<float>(newest_);
}

void Stepper::write_state(const float* from) noexcept {
  for_each_state(*this, [&](float* numbers, Index count) {
    std::copy_n(from, count, numbers);
    from += count;
  });
  if (past_states_ > 0) newest_ = std::clamp<Index>(static_cast<Index>(*from), 0, past_states_ - 1);
}

void Stepper::reset() noexcept {
  for_each_state(*this, [](float* numbers, Index count) { std::fill_n(numbers, count, 0.0f); });
}

void Stepper::reset(Index stream) {
  require(stream >= 0 && stream < options_.batch, "Stepper::reset: there is no stream ", stream, " of ",
          options_.batch);
  for (const std::size_t at : recurrent_) {
    const auto clear = [&](float* rows, Index count, Index width) {
      for (Index i = 0; i < count; ++i) std::fill_n(rows + (i * options_.batch + stream) * width, width, 0.0f);
    };
    const Layer& layer = layers_[at];
    clear(layer.h.get(), 1, layer.outputs);
    if (layer.c) clear(layer.c.get(), layer.states - 1, layer.units);
    if (layer.past) clear(layer.past.get(), past_states_ * layer.states, layer.units);
  }
}

std::size_t Stepper::weight_bytes() const {
  std::size_t bytes = 0;
  for (const PackedLayer& layer : net_->layers) bytes += layer.bytes;
  return bytes;
}

}  // namespace recurra
