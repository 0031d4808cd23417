// SPDX-License-Identifier: Apache-2.0
// One LSTM layer of oneDNN, forward and backward, beside our `recurra bench layer`. With bf16 its operands and outputs
// are bfloat16; cell state, biases and gradients float32. Weights are reordered to oneDNN's own layout before the clock
// starts; ours are packed inside the measured call. One JSON object on a line:
//   OMP_NUM_THREADS=1 onednn STEPS BATCH HIDDEN f32|bf16 SAMPLES
#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

using dnnl::memory;
using Tag = memory::format_tag;

class Layer {
 public:
  Layer(memory::dim T, memory::dim B, memory::dim H, memory::data_type operands)
      : engine_(dnnl::engine::kind::cpu, 0), stream_(engine_) {
    constexpr auto f32 = memory::data_type::f32;
    const memory::dims all_steps = {T, B, H}, rows = {1, 1, B, H}, weights = {1, 1, H, 4, H};
    const memory::desc x(all_steps, operands, Tag::tnc), h(rows, operands, Tag::ldnc), c(rows, f32, Tag::ldnc);
    const memory::desc dx(all_steps, f32, Tag::tnc), w(weights, operands, Tag::any), dw(weights, f32, Tag::any);
    const memory::desc b({1, 1, 4, H}, f32, Tag::ldgo);
    const auto left_to_right = dnnl::rnn_direction::unidirectional_left2right;
    const dnnl::lstm_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, left_to_right, x, h, c, w, w, b, x, h, c}, engine_);
    const dnnl::lstm_backward::primitive_desc backward(
        {dnnl::prop_kind::backward, left_to_right, x, h, c, w, w, b, x, h, c, dx, c, c, dw, dw, b, dx, c, c}, engine_,
        forward);
    forward_ = dnnl::lstm_forward(forward);
    backward_ = dnnl::lstm_backward(backward);
    arguments_ = {{DNNL_ARG_SRC_LAYER, filled(x)},
                  {DNNL_ARG_SRC_ITER, filled(h)},
                  {DNNL_ARG_SRC_ITER_C, filled(c)},
                  {DNNL_ARG_WEIGHTS_LAYER, filled(forward.weights_layer_desc())},
                  {DNNL_ARG_WEIGHTS_ITER, filled(forward.weights_iter_desc())},
                  {DNNL_ARG_BIAS, filled(b)},
                  {DNNL_ARG_DST_LAYER, filled(x)},
                  {DNNL_ARG_DST_ITER, filled(h)},
                  {DNNL_ARG_DST_ITER_C, filled(c)},
                  {DNNL_ARG_WORKSPACE, memory(forward.workspace_desc(), engine_)}};
    gradients_ = arguments_;
    gradients_[DNNL_ARG_WEIGHTS_LAYER] = filled(backward.weights_layer_desc());
    gradients_[DNNL_ARG_WEIGHTS_ITER] = filled(backward.weights_iter_desc());
    for (const int argument : {DNNL_ARG_DIFF_SRC_LAYER, DNNL_ARG_DIFF_DST_LAYER}) gradients_[argument] = filled(dx);
    for (const int argument :
         {DNNL_ARG_DIFF_SRC_ITER, DNNL_ARG_DIFF_SRC_ITER_C, DNNL_ARG_DIFF_DST_ITER, DNNL_ARG_DIFF_DST_ITER_C})
      gradients_[argument] = filled(c);
    gradients_[DNNL_ARG_DIFF_WEIGHTS_LAYER] = filled(backward.diff_weights_layer_desc());
    gradients_[DNNL_ARG_DIFF_WEIGHTS_ITER] = filled(backward.diff_weights_iter_desc());
    gradients_[DNNL_ARG_DIFF_BIAS] = filled(b);
  }

  void run() {
    forward_.execute(stream_, arguments_);
    backward_.execute(stream_, gradients_);
    stream_.wait();
  }

 private:
  memory filled(const memory::desc& desc) const {
    memory block(desc, engine_);
    const auto number = [](std::size_t i) {
      return 0.02f * static_cast<float>(static_cast<int>(i * 37 % 101) - 50) / 50;
    };
    if (desc.data_type() == memory::data_type::f32) {
      auto* numbers = static_cast<float*>(block.get_data_handle());
      for (std::size_t i = 0; i < desc.get_size() / sizeof(float); ++i) numbers[i] = number(i);
    } else {
      auto* numbers = static_cast<std::uint16_t*>(block.get_data_handle());
      for (std::size_t i = 0; i < desc.get_size() / sizeof(std::uint16_t); ++i)
        numbers[i] = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(number(i)) >> 16);
    }
    return block;
  }

  dnnl::engine engine_;
  dnnl::stream stream_;
  dnnl::lstm_forward forward_;
  dnnl::lstm_backward backward_;
  std::unordered_map<int, memory> arguments_, gradients_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return std::fprintf(stderr, "usage: onednn STEPS BATCH HIDDEN f32|bf16 SAMPLES\n"), 2;
  const auto operands = argv[4] == std::string("bf16") ? memory::data_type::bf16 : memory::data_type::f32;
  Layer layer(std::atol(argv[1]), std::atol(argv[2]), std::atol(argv[3]), operands);
  std::vector<double> ms;
  for (int i = -2; i < std::atoi(argv[5]); ++i) {
    const auto start = std::chrono::steady_clock::now();
    layer.run();
    const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
    if (i >= 0) ms.push_back(taken.count());
  }
  std::sort(ms.begin(), ms.end());
  std::printf("{\"ms_median\": %.6f}\n", ms[ms.size() / 2]);
}
