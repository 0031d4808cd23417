// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/stepper.h"

#include <algorithm>

#include "recurra/base/denormals.h"
#include "recurra/kernels/cell_steps.h"

namespace recurra {
namespace {

AlignedArray<float> zeros(Index count) {
  return allocate_zeroed<float>(static_cast<std::size_t>(count));
}

/// first + second (either may be undefined) in the plan's columns, padding zero.
AlignedArray<float> bias_row(const kernels::PanelPlan& plan, Index columns, const Tensor<float>& first,
                             const Tensor<float>& second) {
  auto row = zeros(columns);
  for (int gate = 0; gate < plan.gates; ++gate) {
    for (Index unit = 0; unit < plan.units; ++unit) {
      float& sum = row[static_cast<std::size_t>(plan.column(gate, unit))];
      if (first.defined()) sum += first[gate * plan.units + unit];
      if (second.defined()) sum += second[gate * plan.units + unit];
    }
  }
  return row;
}

Index columns_of(const kernels::PanelPlan& plan) {
  return kernels::stream_size(plan, 0, StreamWeights::f32).columns;
}

std::vector<Tensor<float>> values_of(const Module<float>& module) {
  std::vector<Tensor<float>> values;
  for (const auto& parameter : module.parameters()) values.push_back(parameter.variable.value());
  return values;
}

}  // namespace

Stepper::Product Stepper::make_product(const Tensor<float>& weight, int gates) const {
  const auto plan = kernels::plan_panels<float>(weight.dim(0) / gates, gates);
  const Index K = weight.dim(1);
  const auto size = kernels::stream_size(plan, K, options_.weights);
  Product product{plan, K, options_.weights, size.bytes, allocate_aligned<unsigned char>(size.bytes), nullptr};
  if (product.kind == StreamWeights::int8) product.scale = zeros(size.columns);
  kernels::pack_stream(plan, K, product.kind, {weight.data(), K, 1}, product.packed.get(), product.scale.get());
  return product;
}

Stepper::Stepper(const Recurrent<float>& net, StepperOptions options)
    : options_(options),
      cell_(net.options().cell),
      input_size_(net.options().input_size),
      hidden_size_(net.options().hidden_size),
      output_size_(net.options().hidden_size) {
  require(options.batch > 0, "Stepper: expected a positive batch, found ", options.batch);
  require<UnsupportedError>(!net.options().bidirectional,
                            "Stepper: the net reads both directions; the reverse one "
                            "needs the whole sequence");
  require<UnsupportedError>(net.options().reset == GruReset::after,
                            "Stepper: the GRU that resets before the product cannot be streamed");
  const int gates = gate_count(cell_);
  const auto values = values_of(net);
  const std::size_t stride = net.options().bias ? 4 : 2;  // W, U, b_ih, b_hh, as Recurrent::collect lists them
  for (std::size_t i = 0; i < values.size(); i += stride) {
    const Tensor<float> b_ih = net.options().bias ? values[i + 2] : Tensor<float>();
    const Tensor<float> b_hh = net.options().bias ? values[i + 3] : Tensor<float>();
    Layer layer{make_product(values[i], gates), make_product(values[i + 1], gates), {}, {}, {}, {}};
    const auto& plan = layer.W.plan;
    const bool apart = cell_ == Cell::gru;
    layer.input_bias = bias_row(plan, columns_of(plan), b_ih, apart ? Tensor<float>() : b_hh);
    if (apart) layer.recurrent_bias = bias_row(plan, columns_of(plan), b_hh, {});
    layer.h = zeros(options.batch * hidden_size_);
    if (has_memory(cell_)) layer.c = zeros(options.batch * hidden_size_);
    layers_.push_back(std::move(layer));
  }
  const Index columns = columns_of(layers_[0].W.plan);
  sums_ = zeros(columns);
  if (cell_ == Cell::gru) recurrent_sums_ = zeros(columns);
  if (cell_ == Cell::gru) n_recurrent_ = zeros(hidden_size_);
}

Stepper::Stepper(const Recurrent<float>& net, const Linear<float>& head, StepperOptions options)
    : Stepper(net, options) {
  const auto values = values_of(head);  // weight [O, H], bias [O] if there is one
  require<ShapeError>(values[0].dim(1) == hidden_size_, "Stepper: the head takes ", values[0].dim(1),
                      " features, the net has ", hidden_size_, " units");
  output_size_ = values[0].dim(0);
  head_.push_back(make_product(values[0], 1));
  const Index columns = columns_of(head_[0].plan);
  head_bias_ = bias_row(head_[0].plan, columns, values.size() > 1 ? values[1] : Tensor<float>(), {});
  y_ = zeros((options_.batch - 1) * output_size_ + columns);  // the last row's padding lies behind the end
}

void Stepper::step_layer(Layer& layer, const float* x) noexcept {
  const Index H = hidden_size_;
  for (Index b = 0; b < options_.batch; ++b) {
    float* h = layer.h.get() + b * H;
    float* c = layer.c ? layer.c.get() + b * H : nullptr;
    layer.W.run(x + b * layer.W.K, layer.input_bias.get(), sums_.get());
    if (cell_ == Cell::gru) {
      layer.U.run(h, layer.recurrent_bias.get(), recurrent_sums_.get());
    } else {
      layer.U.run(h, sums_.get(), sums_.get());
    }
    kernels::ForwardStep<float> step{.rows = 1, .gates = sums_.get()};
    step.recurrent = recurrent_sums_.get();
    step.h_prev = step.h = h;  // each unit reads its own old value and writes its new one
    step.c_prev = step.c = c;
    step.n_recurrent = n_recurrent_.get();
    kernels::cell_forward(cell_, layer.W.plan, step);
  }
}

std::span<const float> Stepper::step(const float* x) noexcept {
  const FlushDenormals flush;
  for (Layer& layer : layers_) {
    step_layer(layer, x);
    x = layer.h.get();
  }
  const auto size = static_cast<std::size_t>(options_.batch * output_size_);
  if (head_.empty()) return {x, size};
  for (Index b = 0; b < options_.batch; ++b)  // in order: the padding of one row is overwritten by the next
    head_[0].run(x + b * hidden_size_, head_bias_.get(), y_.get() + b * output_size_);
  return {y_.get(), size};
}

std::span<float> Stepper::h(Index layer) {
  require(layer >= 0 && layer < layers(), "Stepper::h: there is no layer ", layer, " of ", layers());
  return {layers_[static_cast<std::size_t>(layer)].h.get(), static_cast<std::size_t>(options_.batch * hidden_size_)};
}

std::span<float> Stepper::c(Index layer) {
  require(layer >= 0 && layer < layers(), "Stepper::c: there is no layer ", layer, " of ", layers());
  if (!has_memory(cell_)) return {};
  return {layers_[static_cast<std::size_t>(layer)].c.get(), static_cast<std::size_t>(options_.batch * hidden_size_)};
}

void Stepper::reset() noexcept {
  for (Layer& layer : layers_) {
    std::fill_n(layer.h.get(), options_.batch * hidden_size_, 0.0f);
    if (layer.c) std::fill_n(layer.c.get(), options_.batch * hidden_size_, 0.0f);
  }
}

void Stepper::reset(Index stream) {
  require(stream >= 0 && stream < options_.batch, "Stepper::reset: there is no stream ", stream, " of ",
          options_.batch);
  for (Layer& layer : layers_) {
    std::fill_n(layer.h.get() + stream * hidden_size_, hidden_size_, 0.0f);
    if (layer.c) std::fill_n(layer.c.get() + stream * hidden_size_, hidden_size_, 0.0f);
  }
}

std::size_t Stepper::weight_bytes() const {
  std::size_t bytes = 0;
  for (const Layer& layer : layers_) bytes += layer.W.bytes + layer.U.bytes;
  for (const Product& head : head_) bytes += head.bytes;
  return bytes;
}

}  // namespace recurra
