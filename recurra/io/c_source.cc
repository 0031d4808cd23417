// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/c_source.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <set>

#include "recurra/kernels/dot.h"
#include "recurra/simd/gate_coefficients.h"

namespace recurra {
namespace {

constexpr int kTestSteps = 16;
constexpr Index kNumbersPerLine = 8;

std::string number(float x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", static_cast<double>(x));
  const std::string plain = text;
  return plain + (plain.find_first_of(".en") == std::string::npos ? ".0f" : "f");
}

/// static const TYPE NAME[COUNT] = {...};
template <class Fn>
std::string c_array(const std::string& type, const std::string& name, Index count, Fn text_of) {
  std::string text = concat("static const ", type, " ", name, "[", count, "] = {");
  for (Index i = 0; i < count; ++i) text += concat(i % kNumbersPerLine == 0 ? "\n  " : " ", text_of(i), ",");
  return text + "\n};\n";
}

std::string c_floats(const std::string& name, const std::vector<float>& values) {
  return c_array("float", name, static_cast<Index>(values.size()),
                 [&](Index i) { return number(values[static_cast<std::size_t>(i)]); });
}

unsigned bfloat16_bits(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
}

/// W [R, K] as arrays [K][R], which a compiler turns into vectors over the outputs.
std::string c_matrix(const std::string& name, const Tensor<float>& W, StreamWeights weights) {
  const Index R = W.dim(0), K = W.dim(1);
  const auto at = [&](Index i) { return W[i % R * K + i / R]; };
  if (weights == StreamWeights::f32) return c_array("float", name, R * K, [&](Index i) { return number(at(i)); });
  if (weights == StreamWeights::bf16)
    return c_array("unsigned short", name, R * K, [&](Index i) { return std::to_string(bfloat16_bits(at(i))); });
  std::vector<float> scale;
  for (Index r = 0; r < R; ++r) {
    float largest = 0;
    for (Index k = 0; k < K; ++k) largest = std::max(largest, std::abs(W[r * K + k]));
    scale.push_back(largest / 127);
  }
  const auto rounded = [&](Index i) {
    const float unit = scale[static_cast<std::size_t>(i % R)];
    return std::to_string(unit > 0 ? static_cast<int>(std::nearbyint(at(i) / unit)) : 0);
  };
  return c_array("signed char", name, R * K, rounded) + c_floats(name + "_scale", scale);
}

std::string c_bias(const std::string& name, Index rows, const Tensor<float>& first, const Tensor<float>& second) {
  std::vector<float> sums(static_cast<std::size_t>(rows));
  for (Index i = 0; i < rows; ++i) {
    if (first.defined()) sums[static_cast<std::size_t>(i)] += first[i];
    if (second.defined()) sums[static_cast<std::size_t>(i)] += second[i];
  }
  return c_floats(name, sums);
}

/// The element-wise part of a cell, called with the sums a (and, where they stay apart, u) of H units; empty for cells
/// of one gate, which need no function.
const char* kernel_in_c(Cell cell) {
  switch (cell) {
    case Cell::lstm:
      return R"(static void lstm(const float* a, int H, float* h, float* c) {
  for (int j = 0; j < H; ++j) {
    c[j] = sigmoid(a[H + j]) * c[j] + sigmoid(a[j]) * tanh_of(a[2 * H + j]);
    h[j] = sigmoid(a[3 * H + j]) * tanh_of(c[j]);
  }
}
)";
    case Cell::gru:
      return R"(static void gru(const float* a, const float* u, int H, float* h) {
  for (int j = 0; j < H; ++j) {
    const float z = sigmoid(a[H + j] + u[H + j]);
    const float n = tanh_of(a[2 * H + j] + sigmoid(a[j] + u[j]) * u[2 * H + j]);
    h[j] = n + z * (h[j] - n);
  }
}
)";
    case Cell::gru_reset_before:
      return R"(static void reset(const float* a, int H, const float* h, float* rh) {
  for (int j = 0; j < H; ++j) rh[j] = sigmoid(a[j]) * h[j];
}
static void update(const float* a, int H, float* h) {
  for (int j = 0; j < H; ++j) {
    const float n = tanh_of(a[2 * H + j]);
    h[j] = n + sigmoid(a[H + j]) * (h[j] - n);
  }
}
)";
    default:
      return "";
  }
}

std::string activations_in_c() {
  const auto horner = [](const float* c) {
    std::string text = number(c[4]);
    for (int k = 3; k >= 0; --k) text = concat("(", text, " * s + ", number(c[k]), ")");
    return text;
  };
  return concat("static float tanh_of(float x) {\n  const float size = x < 0 ? -x : x;\n  const float a = size > ",
                number(kTanhReachesOne), " ? ", number(kTanhReachesOne), " : size, s = a * a;\n  const float y = a * ",
                horner(kTanhP), "\n                  / ", horner(kTanhQ),
                ";\n  const float most = y > 1.0f ? 1.0f : y;\n  return x < 0 ? -most : most;\n}\n",
                "static float sigmoid(float x) {\n  return 0.5f * tanh_of(0.5f * x) + 0.5f;\n}\n");
}

std::string product_in_c(StreamWeights weights) {
  if (weights == StreamWeights::f32)
    return "static void add_product(float* sums, int n, const float* x, int K, const float* w) {\n"
           "  for (int k = 0; k < K; ++k)\n    for (int j = 0; j < n; ++j) sums[j] += x[k] * w[k * n + j];\n}\n";
  if (weights == StreamWeights::bf16)
    return "static float widened(unsigned short bits) {\n  union { unsigned int u; float f; } both;\n"
           "  both.u = (unsigned int)bits << 16;\n  return both.f;\n}\n"
           "static void add_product(float* sums, int n, const float* x, int K, const unsigned short* w) {\n"
           "  for (int k = 0; k < K; ++k)\n    for (int j = 0; j < n; ++j) sums[j] += x[k] * widened(w[k * n + "
           "j]);\n}\n";
  return "static void add_product(float* sums, int n, const float* x, int K, const signed char* w, const float* scale) "
         "{\n  float whole[LARGEST];\n  for (int j = 0; j < n; ++j) whole[j] = 0;\n  for (int k = 0; k < K; ++k)\n"
         "    for (int j = 0; j < n; ++j) whole[j] += x[k] * (float)w[k * n + j];\n"
         "  for (int j = 0; j < n; ++j) sums[j] += whole[j] * scale[j];\n}\n";
}

/// Collects the parts of a file while it goes through the layers.
struct Writer {
  StreamWeights weights;
  std::string arrays, state, step;
  Index largest = 1;
  bool has_product = false, needs_u = false;
  std::set<std::string> kernels;  ///< of the cells met

  std::string call(const std::string& sums, Index rows, const std::string& x, Index K, const std::string& matrix) {
    has_product = true;
    const std::string scale = weights == StreamWeights::int8 ? concat(", ", matrix, "_scale") : "";
    return concat("  add_product(", sums, ", ", rows, ", ", x, ", ", K, ", ", matrix, scale, ");\n");
  }
  /// Returns where the layer's output stands.
  std::string add(std::size_t index, const std::string& x, const StreamCell& cell) {
    const std::string l = concat("l", index);
    const Index H = cell.U.dim(1), D = cell.W.dim(1), R = cell.U.dim(0);
    largest = std::max(largest, R);
    const CellRow& row = describe(cell.cell);
    require<UnsupportedError>(!CellForm(cell.cell, cell.changes).is_general(), "c_source: layer ", index,
                              ": peepholes, other activations and a clip cannot be written as C");
    const bool apart = row.recurrent_apart();
    const Index early = (row.gate_count() - row.late_gates()) * H;
    kernels.insert(kernel_in_c(cell.cell));
    needs_u = needs_u || apart || early < R;
    arrays += c_matrix(l + "_W", cell.W, weights) + c_matrix(l + "_U", cell.U.slice(0, early), weights);
    if (early < R) arrays += c_matrix(l + "_U_late", cell.U.slice(early, R), weights);
    arrays += c_bias(l + "_b", R, cell.b_ih, apart ? Tensor<float>() : cell.b_hh);
    state += concat("  float ", l, "_h[", H, "];\n");
    step += concat("  copy(a, ", l, "_b, ", R, ");\n") + call("a", R, x, D, l + "_W");
    if (apart) {
      arrays += c_bias(l + "_b_hh", R, cell.b_hh, {});
      step += concat("  copy(u, ", l, "_b_hh, ", R, ");\n");
    }
    const std::string h = concat("state->", l, "_h");
    step += call(apart ? "u" : "a", early, h, H, l + "_U");
    switch (cell.cell) {
      case Cell::lstm:
        state += concat("  float ", l, "_c[", H, "];\n");
        step += concat("  lstm(a, ", H, ", ", h, ", state->", l, "_c);\n");
        break;
      case Cell::gru:
        step += concat("  gru(a, u, ", H, ", ", h, ");\n");
        break;
      case Cell::gru_reset_before:
        step += concat("  reset(a, ", H, ", ", h, ", u);\n");
        step += call(concat("a + ", early), R - early, "u", H, l + "_U_late");
        step += concat("  update(a, ", H, ", ", h, ");\n");
        break;
      case Cell::rnn_tanh:
        step += each(H, h, "tanh_of(a[j])");
        break;
      case Cell::rnn_relu:
        step += each(H, h, "a[j] < 0 ? 0 : a[j]");
        break;
      case Cell::rnn_linear:
        step += each(H, h, "a[j]");
        break;
      default:  // refused above
        break;
    }
    return h;
  }
  std::string add(std::size_t index, const std::string& x, const StreamDense& dense) {
    const std::string l = concat("l", index);
    const Index O = dense.W.dim(0), D = dense.W.dim(1);
    largest = std::max(largest, O);
    // As in a Stepper: the weights of few plain outputs stay float32.
    const bool plain = dense.activation == StreamActivation::none && O <= kernels::kFewOutputs;
    arrays += c_bias(l + "_b", O, dense.b, {});
    arrays += c_matrix(l + "_W", dense.W, plain ? StreamWeights::f32 : weights);
    state += concat("  float ", l, "_y[", O, "];\n");
    step += concat("  copy(a, ", l, "_b, ", O, ");\n");
    if (plain) {
      step += concat("  for (int k = 0; k < ", D, "; ++k)\n    for (int j = 0; j < ", O, "; ++j) a[j] += ", x, "[k] * ",
                     l, "_W[k * ", O, " + j];\n");
    } else {
      step += call("a", O, x, D, l + "_W");
    }
    const std::string y = concat("state->", l, "_y");
    const char* activations[] = {"a[j]", "tanh_of(a[j])", "a[j] < 0 ? 0 : a[j]", "sigmoid(a[j])"};
    step += each(O, y, activations[static_cast<int>(dense.activation)]);
    return y;
  }
  static std::string each(Index count, const std::string& to, const char* value) {
    return concat("  for (int j = 0; j < ", count, "; ++j) ", to, "[j] = ", value, ";\n");
  }
};

std::string self_test(const StreamChain& chain, const std::string& name, StreamWeights weights, Index D, Index O) {
  Stepper stepper(chain, {.weights = weights});
  std::vector<float> x, y(static_cast<std::size_t>(kTestSteps * O));
  for (Index i = 0; i < kTestSteps * D; ++i) x.push_back(static_cast<float>(std::sin(0.7 * static_cast<double>(i))));
  stepper.step_block(x.data(), y.data(), kTestSteps);
  return concat(
      c_floats("test_x", x), c_floats("test_y", y), "int ", name, "_self_test(void) {\n  ", name,
      "_state state;\n  float y[", O, "];\n  int wrong = 0;\n  ", name, "_reset(&state);\n  for (int t = 0; t < ",
      kTestSteps, "; ++t) {\n    ", name, "_step(&state, test_x + t * ", D, ", y);\n    for (int j = 0; j < ", O,
      "; ++j) {\n      const float expected = test_y[t * ", O,
      " + j], error = y[j] - expected;\n      const float size = expected < 0 ? 1 - expected : 1 + expected;\n"
      "      wrong += !(error <= 2e-6f * size && error >= -2e-6f * size);\n    }\n  }\n  return wrong;\n}\n");
}

void check_name(const std::string& name) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  require(!name.empty() && name.size() <= 40 && name[0] >= 'a' && name[0] <= 'z' &&
              std::all_of(name.begin(), name.end(), allowed),
          "c_source: expected a name of a-z, 0-9 and _ that begins with a letter, found \"", name, "\"");
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

}  // namespace

CSource c_source(const StreamChain& chain, const std::string& name, StreamWeights weights) {
  check_name(name);
  check_stream_chain(chain);
  Writer writer{.weights = weights, .arrays = {}, .state = {}, .step = {}, .kernels = {}};
  std::string x = "x";
  for (std::size_t i = 0; i < chain.layers.size(); ++i)
    x = std::visit([&](const auto& layer) { return writer.add(i, x, layer); }, chain.layers[i]);
  const Index D = stream_inputs(chain.layers.front()), O = stream_outputs(chain.layers.back());
  const std::string big = upper(name);
  CSource out;
  out.header = concat(
      "/* A net, one step at a time; written by recurra. C99, no dependencies, no allocation. */\n#ifndef ", big,
      "_H_\n#define ", big, "_H_\n\n#define ", big, "_INPUTS ", D, "\n#define ", big, "_OUTPUTS ", O,
      "\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\ntypedef struct ", name, "_state {\n", writer.state, "} ", name,
      "_state;\n\nvoid ", name, "_reset(", name, "_state* state); /* before the first step */\nvoid ", name, "_step(",
      name, "_state* state, const float* x, float* y);\nint ", name,
      "_self_test(void); /* how many outputs are wrong; 0 is right */\n\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
  std::string& s = out.source;
  s = concat("/* Written by recurra. */\n#include \"", name, ".h\"\n\n#define LARGEST ", writer.largest, "\n\n",
             writer.arrays, "\n");
  s += activations_in_c();
  if (writer.has_product) s += product_in_c(weights);
  for (const std::string& kernel : writer.kernels) s += kernel;
  s += "static void copy(float* to, const float* from, int n) {\n  for (int j = 0; j < n; ++j) to[j] = from[j];\n}\n\n";
  s += concat(
      "void ", name, "_reset(", name,
      "_state* state) {\n  float* all = (float*)state;\n  for (unsigned i = 0; i < sizeof *state / sizeof *all; ++i) "
      "all[i] = 0;\n}\n\n");
  s += concat("void ", name, "_step(", name, "_state* state, const float* x, float* y) {\n  float a[LARGEST]",
              writer.needs_u ? ", u[LARGEST]" : "", ";\n", writer.step, "  for (int j = 0; j < ", O,
              "; ++j) y[j] = ", chain.skip ? "x[j] + " : "", x, "[j];\n}\n\n");
  s += self_test(chain, name, weights, D, O);
  return out;
}

}  // namespace recurra
