// SPDX-License-Identifier: Apache-2.0
// One LSTM layer of oneDNN, forward and backward in float32, beside our `recurra bench layer`. Weights are reordered to
// oneDNN's own layout before the clock starts; ours are packed inside the measured call. One JSON object on a line:
//   OMP_NUM_THREADS=1 onednn STEPS BATCH HIDDEN SAMPLES
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>
#include <vector>

namespace {

using dnnl::memory;
using Tag = memory::format_tag;

class Layer {
 public:
  Layer(memory::dim T, memory::dim B, memory::dim H) : engine_(dnnl::engine::kind::cpu, 0), stream_(engine_) {
    const auto desc = [](memory::dims dims, Tag tag) { return memory::desc(dims, memory::data_type::f32, tag); };
    const auto x = desc({T, B, H}, Tag::tnc), state = desc({1, 1, B, H}, Tag::ldnc), b = desc({1, 1, 4, H}, Tag::ldgo);
    const auto w = desc({1, 1, H, 4, H}, Tag::any);
    const auto left_to_right = dnnl::rnn_direction::unidirectional_left2right;
    const dnnl::lstm_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, left_to_right, x, state, state, w, w, b, x, state, state}, engine_);
    const dnnl::lstm_backward::primitive_desc backward({dnnl::prop_kind::backward,
                                                        left_to_right,
                                                        x,
                                                        state,
                                                        state,
                                                        w,
                                                        w,
                                                        b,
                                                        x,
                                                        state,
                                                        state,
                                                        x,
                                                        state,
                                                        state,
                                                        w,
                                                        w,
                                                        b,
                                                        x,
                                                        state,
                                                        state},
                                                       engine_, forward);
    forward_ = dnnl::lstm_forward(forward);
    backward_ = dnnl::lstm_backward(backward);
    arguments_ = {{DNNL_ARG_SRC_LAYER, filled(x)},
                  {DNNL_ARG_SRC_ITER, filled(state)},
                  {DNNL_ARG_SRC_ITER_C, filled(state)},
                  {DNNL_ARG_WEIGHTS_LAYER, filled(forward.weights_layer_desc())},
                  {DNNL_ARG_WEIGHTS_ITER, filled(forward.weights_iter_desc())},
                  {DNNL_ARG_BIAS, filled(b)},
                  {DNNL_ARG_DST_LAYER, filled(x)},
                  {DNNL_ARG_DST_ITER, filled(state)},
                  {DNNL_ARG_DST_ITER_C, filled(state)},
                  {DNNL_ARG_WORKSPACE, memory(forward.workspace_desc(), engine_)}};
    gradients_ = arguments_;
    gradients_[DNNL_ARG_WEIGHTS_LAYER] = filled(backward.weights_layer_desc());
    gradients_[DNNL_ARG_WEIGHTS_ITER] = filled(backward.weights_iter_desc());
    for (const int argument : {DNNL_ARG_DIFF_SRC_LAYER, DNNL_ARG_DIFF_DST_LAYER}) gradients_[argument] = filled(x);
    for (const int argument :
         {DNNL_ARG_DIFF_SRC_ITER, DNNL_ARG_DIFF_SRC_ITER_C, DNNL_ARG_DIFF_DST_ITER, DNNL_ARG_DIFF_DST_ITER_C})
      gradients_[argument] = filled(state);
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
    auto* numbers = static_cast<float*>(block.get_data_handle());
    for (std::size_t i = 0; i < desc.get_size() / sizeof(float); ++i)
      numbers[i] = 0.02f * static_cast<float>(static_cast<int>(i * 37 % 101) - 50) / 50;
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
  if (argc != 5) return std::fprintf(stderr, "usage: onednn STEPS BATCH HIDDEN SAMPLES\n"), 2;
  Layer layer(std::atol(argv[1]), std::atol(argv[2]), std::atol(argv[3]));
  std::vector<double> ms;
  for (int i = -2; i < std::atoi(argv[4]); ++i) {
    const auto start = std::chrono::steady_clock::now();
    layer.run();
    const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
    if (i >= 0) ms.push_back(taken.count());
  }
  std::sort(ms.begin(), ms.end());
  std::printf("{\"ms_median\": %.6f}\n", ms[ms.size() / 2]);
}
