// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/c_source.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "recurra/kernels/dot.h"
#include "recurra/simd/gate_coefficients.h"
#include "recurra/tensor/cell_layout.h"

namespace recurra {
namespace {

constexpr int kTestSteps = 16;
constexpr Index kTestStride = 7919;  // of the indices that an embedding is tested with
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

/// Weights as an array, with an array of scales for int8: at(i) is element i of `count`, row_of(i) which of `rows`
/// shares a scale with it.
template <class At, class RowOf>
std::string c_weights(const std::string& name, StreamWeights weights, Index rows, Index count, At at, RowOf row_of) {
  if (weights == StreamWeights::f32) return c_array("float", name, count, [&](Index i) { return number(at(i)); });
  if (weights == StreamWeights::bf16)
    return c_array("unsigned short", name, count, [&](Index i) { return std::to_string(bfloat16_bits(at(i))); });
  std::vector<float> scale(static_cast<std::size_t>(rows));
  const auto scale_of = [&](Index i) -> float& { return scale[static_cast<std::size_t>(row_of(i))]; };
  for (Index i = 0; i < count; ++i) scale_of(i) = std::max(scale_of(i), std::abs(at(i)));
  for (float& largest : scale) largest /= 127;
  const auto rounded = [&](Index i) {
    const float unit = scale_of(i);
    return std::to_string(unit > 0 ? static_cast<int>(std::nearbyint(at(i) / unit)) : 0);
  };
  return c_array("signed char", name, count, rounded) + c_floats(name + "_scale", scale);
}

/// W [R, K] as arrays [K][R], which a compiler can vectorise over the outputs.
std::string c_matrix(const std::string& name, const Tensor<float>& W, StreamWeights weights) {
  const Index R = W.dim(0), K = W.dim(1);
  return c_weights(
      name, weights, R, R * K, [&](Index i) { return W[i % R * K + i / R]; }, [&](Index i) { return i % R; });
}

/// A table [V, E] row by row.
std::string c_table(const std::string& name, const Tensor<float>& table, StreamWeights weights) {
  const Index V = table.dim(0), E = table.dim(1);
  return c_weights(
      name, weights, V, V * E, [&](Index i) { return table[i]; }, [&](Index i) { return i / E; });
}

std::string c_bias(const std::string& name, Index rows, const Tensor<float>& first, const Tensor<float>& second) {
  std::vector<float> sums(static_cast<std::size_t>(rows));
  for (Index i = 0; i < rows; ++i) {
    if (first.defined()) sums[static_cast<std::size_t>(i)] += first[i];
    if (second.defined()) sums[static_cast<std::size_t>(i)] += second[i];
  }
  return c_floats(name, sums);
}

/// A gate's activation of a sum, in C.
std::string activated(Activation kind, const std::string& x) {
  switch (kind) {
    case Activation::identity:
      return x;
    case Activation::tanh:
      return concat("tanh_of(", x, ")");
    case Activation::relu:
      return concat("relu(", x, ")");
    case Activation::sigmoid:
      return concat("sigmoid(", x, ")");
    case Activation::hard_sigmoid:
      return concat("clipped((", x, ") * 0.2f + 0.5f, 0.0f, 1.0f)");
    case Activation::hard_sigmoid_sixth:
      return concat("clipped((", x, ") * ", number(1.0f / 6), " + 0.5f, 0.0f, 1.0f)");
    case Activation::positive:
      return concat("positive(", x, ")");
    case Activation::exponential:  // in the function of the sLSTM
      break;
  }
  return x;
}

/// The element-wise part of each cell, for each unit j of H: from the sums a (and, where they stay apart, u) of the
/// gates, H a gate, to the new h and c. h is where the result goes; h_prev is read where the cell needs it.
class CellInC {
 public:
  CellInC(const CellForm& form, const std::string& layer, Index H, const std::string& h, const std::string& h_prev)
      : form_(form), layer_(layer), H_(H), h_(h), h_prev_(h_prev), c_(concat("state->", layer, "_c[j]")) {}

  std::string text() const {
    switch (form_.cell) {
      case Cell::rnn_tanh:
      case Cell::rnn_relu:
      case Cell::rnn_linear:
        return each(concat(h_, "[j] = ", gate(0), ";"));
      case Cell::lstm:
      case Cell::lstm_peephole:
        return lstm();
      case Cell::gru:
        return each(concat("const float r = ", gate(kReset, sum(kReset) + " + " + sum(kReset, "u")),
                           ";\n    const float z = ", gate(kUpdate, sum(kUpdate) + " + " + sum(kUpdate, "u")),
                           ";\n    const float n = ", gate(kNew, sum(kNew) + " + r * " + sum(kNew, "u")), ";\n    ",
                           mixed("z")));
      case Cell::gru_reset_before:
        return each(concat("const float n = ", gate(kNew), ", z = ", gate(kUpdate), ";\n    ", mixed("z")));
      case Cell::min_gru:
      case Cell::min_gru_log:
        return each(
            concat("const float n = ", gate(kMinNew), ", z = 1.0f - ", gate(kMinUpdate), ";\n    ", mixed("z")));
      case Cell::min_lstm:
      case Cell::min_lstm_log:
        return each(concat("const float f = 1.0f / (1.0f + expf(-", sum(kMinForget),
                           "));\n    const float i = 1.0f / (1.0f + expf(-", sum(kMinInput),
                           "));\n    const float n = ", gate(kMinState), ", z = f / (f + i);\n    ", mixed("z")));
      case Cell::slstm:
        return slstm();
      case Cell::lstm_layer_norm:
        return layer_norm();
    }
    return {};
  }

 private:
  static std::string sum_at(int gate, Index H, const char* sums) {
    return gate == 0 ? concat(sums, "[j]") : concat(sums, "[", gate * H, " + j]");
  }
  std::string sum(int gate, const char* sums = "a") const { return sum_at(gate, H_, sums); }
  std::string gate(int which, std::string x = {}) const {
    if (x.empty()) x = sum(which);
    if (const double clip = form_.changes.clip; clip > 0)
      x = concat("clipped(", x, ", ", number(static_cast<float>(-clip)), ", ", number(static_cast<float>(clip)), ")");
    return activated(form_.activation(static_cast<std::size_t>(which)), x);
  }
  std::string mixed(const char* kept) const { return concat(h_, "[j] = n + ", kept, " * (", h_prev_, "[j] - n);"); }
  std::string each(const std::string& body) const {
    return concat("  for (int j = 0; j < ", H_, "; ++j) {\n    ", body, "\n  }\n");
  }
  std::string lstm() const {
    const auto seen = [&](int which, int row, const std::string& c) {
      const bool peephole = form_.cell == Cell::lstm_peephole;
      return gate(which, peephole ? concat(sum(which), " + ", sum_at(row, H_, (layer_ + "_p").c_str()), " * ", c) : "");
    };
    const Activation output = form_.changes.output.value_or(Activation::tanh);
    return each(concat("const float i = ", seen(kInput, 0, c_), ";\n    const float f = ", seen(kForget, 1, c_),
                       ";\n    const float c = f * ", c_, " + i * ", gate(kCandidate), ";\n    ", h_,
                       "[j] = ", seen(kOutput, 2, "c"), " * ", activated(output, "c"), ";\n    ", c_, " = c;"));
  }
  std::string slstm() const {
    const std::string n = concat("state->", layer_, "_n[j]"), m = concat("state->", layer_, "_m[j]");
    return each(concat("const float in = ", sum(kSlstmInput), ", forget = ", sum(kSlstmForget),
                       ";\n    const float log_f = (forget < 0 ? forget : 0.0f) - log1pf(expf(-fabsf(forget)));\n"
                       "    const float kept = log_f + ",
                       m,
                       ", d = in - kept, smaller = expf(-fabsf(d));\n"
                       "    const float f = d <= 0 ? 1.0f : smaller, i = ",
                       n, " == 0 || d >= 0 ? 1.0f : smaller;\n    ", m, " = ", n, " == 0 || d >= 0 ? in : kept;\n    ",
                       c_, " = f * ", c_, " + i * ", gate(kSlstmCandidate), ";\n    ", n, " = f * ", n, " + i;\n    ",
                       h_, "[j] = ", gate(kSlstmOutput), " * ", c_, " / ", n, ";"));
  }
  std::string layer_norm() const {
    const std::string norms = layer_ + "_norms";
    const auto row = [&](int which) { return sum_at(which, H_, norms.c_str()); };
    const auto normed = [&](int which) {
      return gate(which, concat(row(kGainOfX + which), " * ", sum(which), " + ", row(kGainOfH + which), " * ",
                                sum(which, "u"), " + ", row(kNormRows + which)));
    };
    return concat("  normalise(a, ", kLstmGates * H_, ", 1e-5f);\n  normalise(u, ", kLstmGates * H_, ", 1e-5f);\n",
                  each(concat(c_, " = ", normed(kForget), " * ", c_, " + ", normed(kInput), " * ", normed(kCandidate),
                              ";\n    a[j] = ", normed(kOutput), ";")),
                  "  copy(u, state->", layer_, "_c, ", H_, ");\n  normalise(u, ", H_, ", 1e-5f);\n",
                  each(concat(h_, "[j] = a[j] * tanh_of(", row(kGainOfC), " * u[j] + ", row(kBiasOfC), ");")));
  }

  CellForm form_;
  std::string layer_;
  Index H_;
  std::string h_, h_prev_, c_;
};

/// Functions that only some layers call.
const char* const kHelpers[][2] = {
    {"copy(",
     "static void copy(float* to, const float* from, int n) {\n  for (int j = 0; j < n; ++j) to[j] = from[j];\n}\n"},
    {"relu(", "static float relu(float x) {\n  return x < 0 ? 0 : x;\n}\n"},
    {"clipped(",
     "static float clipped(float x, float low, float high) {\n  return x < low ? low : x > high ? high : x;\n}\n"},
    {"positive(", "static float positive(float x) {\n  return x >= 0 ? x + 0.5f : sigmoid(x);\n}\n"},
    {"normalise(",
     "static float sum_of(float* sums) {\n  for (int half = 8; half > 0; half /= 2)\n"
     "    for (int i = 0; i < half; ++i) sums[i] += sums[i + half];\n  return sums[0];\n}\n"
     "static void normalise(float* v, int n, float epsilon) {\n  float sums[16] = {0}, squares[16] = {0};\n"
     "  for (int j = 0; j < n; ++j) sums[j % 16] += v[j];\n  const float mean = sum_of(sums) / (float)n;\n"
     "  for (int j = 0; j < n; ++j) squares[j % 16] += (v[j] - mean) * (v[j] - mean);\n"
     "  const float scale = 1.0f / sqrtf(sum_of(squares) / (float)n + epsilon);\n"
     "  for (int j = 0; j < n; ++j) v[j] = (v[j] - mean) * scale;\n}\n"}};

/// Writes row x of a table, or NaN for an index that is none.
std::string look_up_in_c(StreamWeights weights) {
  const bool is_scaled = weights == StreamWeights::int8;
  const char *type = weights == StreamWeights::f32    ? "float"
                     : weights == StreamWeights::bf16 ? "unsigned short"
                                                      : "signed char",
             *value = weights == StreamWeights::f32    ? "row[j]"
                      : weights == StreamWeights::bf16 ? "widened(row[j])"
                                                       : "(float)row[j] * scale[(int)x]";
  return concat("static void look_up(float* y, int n, float x, int rows, const ", type, "* table",
                is_scaled ? ", const float* scale" : "",
                ") {\n  if (!(x >= 0 && x < (float)rows) || (float)(int)x != x) {\n"
                "    union { unsigned int u; float f; } none;\n    none.u = 0x7FC00000u;\n"
                "    for (int j = 0; j < n; ++j) y[j] = none.f;\n    return;\n  }\n  const ",
                type, "* row = table + (long)x * n;\n  for (int j = 0; j < n; ++j) y[j] = ", value, ";\n}\n");
}

constexpr const char* kWidened =
    "static float widened(unsigned short bits) {\n  union { unsigned int u; float f; } both;\n"
    "  both.u = (unsigned int)bits << 16;\n  return both.f;\n}\n";

std::string tanh_in_c() {
  const auto horner = [](const float* c) {
    std::string text = number(c[4]);
    for (int k = 3; k >= 0; --k) text = concat("(", text, " * s + ", number(c[k]), ")");
    return text;
  };
  return concat("static float tanh_of(float x) {\n  const float size = x < 0 ? -x : x;\n  const float a = size > ",
                number(PreciseTanh::kReachesOne), " ? ", number(PreciseTanh::kReachesOne),
                " : size, s = a * a;\n  const float y = a * ", horner(PreciseTanh::kP), "\n                  / ",
                horner(PreciseTanh::kQ),
                ";\n  const float most = y > 1.0f ? 1.0f : y;\n  return x < 0 ? -most : most;\n}\n");
}

constexpr const char* kSigmoid = "static float sigmoid(float x) {\n  return 0.5f * tanh_of(0.5f * x) + 0.5f;\n}\n";

std::string product_in_c(StreamWeights weights) {
  if (weights == StreamWeights::f32)
    return "static void add_product(float* sums, int n, const float* x, int K, const float* w) {\n"
           "  for (int k = 0; k < K; ++k)\n    for (int j = 0; j < n; ++j) sums[j] += x[k] * w[k * n + j];\n}\n";
  if (weights == StreamWeights::bf16)
    return "static void add_product(float* sums, int n, const float* x, int K, const unsigned short* w) {\n"
           "  for (int k = 0; k < K; ++k)\n    for (int j = 0; j < n; ++j) sums[j] += x[k] * widened(w[k * n + "
           "j]);\n}\n";
  return "static void add_product(float* sums, int n, const float* x, int K, const signed char* w, const float* scale) "
         "{\n  float whole[LARGEST];\n  for (int j = 0; j < n; ++j) whole[j] = 0;\n  for (int k = 0; k < K; ++k)\n"
         "    for (int j = 0; j < n; ++j) whole[j] += x[k] * (float)w[k * n + j];\n"
         "  for (int j = 0; j < n; ++j) sums[j] += whole[j] * scale[j];\n}\n";
}

/// Collects the parts of a file while it visits the layers.
struct Writer {
  StreamWeights weights;
  std::string arrays, state, step;
  Index largest = 1;
  bool has_product = false, has_table = false, needs_a = false, needs_u = false, keeps_h = false, keeps_c = false;

  std::string call(const std::string& sums, Index rows, const std::string& x, Index K, const std::string& matrix) {
    has_product = true;
    const std::string scale = weights == StreamWeights::int8 ? concat(", ", matrix, "_scale") : "";
    return concat("  add_product(", sums, ", ", rows, ", ", x, ", ", K, ", ", matrix, scale, ");\n");
  }
  /// Returns the name of the layer's output.
  std::string add(std::size_t index, const std::string& x, const StreamCell& cell) {
    const std::string l = concat("l", index);
    const CellRow& row = describe(cell.cell);
    const Index D = cell.W.dim(1), rows = cell.W.dim(0), H = rows / row.gate_count();
    const Index R = cell.projection.defined() ? cell.projection.dim(0) : H;
    largest = std::max({largest, rows, R});
    const bool normed = cell.norm.defined(), apart = row.recurrent_apart(),
               zones_out = cell.zoneout_h + cell.zoneout_c > 0;
    const Index early = (row.gate_count() - row.late_gates()) * H;
    needs_a = true;
    needs_u = needs_u || apart || early < rows;
    arrays += c_matrix(l + "_W", cell.W, weights);
    if (cell.U.defined()) arrays += c_matrix(l + "_U", cell.U.slice(0, early), weights);
    if (early < rows) arrays += c_matrix(l + "_U_late", cell.U.slice(early, rows), weights);
    if (cell.projection.defined()) arrays += c_matrix(l + "_P", cell.projection, weights);
    if (cell.peephole.defined()) arrays += c_floats(l + "_p", cell.peephole.values());
    if (normed) arrays += c_floats(l + "_norms", norm_parameters(cell.norm, cell.b_ih));
    for (int i = 0; i < row.state_count(); ++i)
      state += concat("  float ", l, "_", row.states[static_cast<std::size_t>(i)].name, "[", i == 0 ? R : H, "];\n");
    const std::string h = concat("state->", l, "_h"), c = concat("state->", l, "_c");
    begin_sums("a", l + "_b", normed ? Tensor<float>() : cell.b_ih, apart ? Tensor<float>() : cell.b_hh, rows);
    step += call("a", rows, x, D, l + "_W");
    if (apart) begin_sums("u", l + "_b_hh", cell.b_hh, {}, rows);
    if (cell.U.defined()) step += call(apart ? "u" : "a", early, h, R, l + "_U");
    keeps_h = keeps_h || zones_out || cell.projection.defined();
    keeps_c = keeps_c || cell.zoneout_c > 0;
    if (zones_out) step += concat("  copy(old_h, ", h, ", ", H, ");\n");
    if (cell.zoneout_c > 0) step += concat("  copy(old_c, ", c, ", ", H, ");\n");
    if (early < rows) {
      step += concat("  for (int j = 0; j < ", H, "; ++j) u[j] = ", activated(row.gates[kReset].activation, "a[j]"),
                     " * ", h, "[j];\n");
      step += call(concat("a + ", early), rows - early, "u", H, l + "_U_late");
    }
    const CellForm form(cell.cell, cell.changes);
    step += CellInC(form, l, H, cell.projection.defined() ? "old_h" : h, h).text();
    if (cell.projection.defined()) {
      begin_sums("a", {}, {}, {}, R);
      step += call("a", R, "old_h", H, l + "_P") + concat("  copy(", h, ", a, ", R, ");\n");
    }
    if (cell.zoneout_h > 0) step += zone_out(h, "old_h", H, cell.zoneout_h);
    if (cell.zoneout_c > 0) step += zone_out(c, "old_c", H, cell.zoneout_c);
    return h;
  }
  /// Sums that begin at first + second, or at 0 where both are undefined.
  void begin_sums(const char* sums, const std::string& name, const Tensor<float>& first, const Tensor<float>& second,
                  Index rows) {
    if (!first.defined() && !second.defined()) {
      step += concat("  for (int j = 0; j < ", rows, "; ++j) ", sums, "[j] = 0;\n");
      return;
    }
    arrays += c_bias(name, rows, first, second);
    step += concat("  copy(", sums, ", ", name, ", ", rows, ");\n");
  }
  static std::string zone_out(const std::string& state, const char* old, Index H, double rate) {
    return concat("  for (int j = 0; j < ", H, "; ++j) ", state, "[j] = ", old, "[j] + ",
                  number(static_cast<float>(1 - rate)), " * (", state, "[j] - ", old, "[j]);\n");
  }
  std::string add(std::size_t index, const std::string& x, const StreamDense& dense) {
    const std::string l = concat("l", index);
    const Index O = dense.W.dim(0), D = dense.W.dim(1);
    largest = std::max(largest, O);
    needs_a = true;
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
  std::string add(std::size_t index, const std::string& x, const StreamLayerNorm& norm) {
    const std::string l = concat("l", index), y = concat("state->", l, "_y");
    const Index D = norm.weight.size();
    arrays += c_floats(l + "_gain", norm.weight.values()) + c_bias(l + "_shift", D, norm.bias, {});
    state += concat("  float ", l, "_y[", D, "];\n");
    step += concat("  copy(", y, ", ", x, ", ", D, ");\n  normalise(", y, ", ", D, ", ",
                   number(static_cast<float>(norm.epsilon)), ");\n");
    step += each(D, y, concat(l, "_gain[j] * ", y, "[j] + ", l, "_shift[j]"));
    return y;
  }
  std::string add(std::size_t index, const std::string& x, const StreamEmbedding& embedding) {
    const std::string l = concat("l", index), y = concat("state->", l, "_y");
    const Index V = embedding.weight.dim(0), E = embedding.weight.dim(1);
    arrays += c_table(l + "_table", embedding.weight, weights);
    state += concat("  float ", l, "_y[", E, "];\n");
    step += concat("  look_up(", y, ", ", E, ", ", x, "[0], ", V, ", ", l, "_table",
                   weights == StreamWeights::int8 ? concat(", ", l, "_table_scale") : std::string(), ");\n");
    has_table = true;
    return y;
  }
  static std::string each(Index count, const std::string& to, const std::string& value) {
    return concat("  for (int j = 0; j < ", count, "; ++j) ", to, "[j] = ", value, ";\n");
  }
};

std::string self_test(const StreamChain& chain, const std::string& name, StreamWeights weights, Index D, Index O) {
  Stepper stepper(chain, {.weights = weights});
  std::vector<float> x, y(static_cast<std::size_t>(kTestSteps * O));
  for (Index i = 0; i < kTestSteps * D; ++i)
    x.push_back(stepper.vocabulary() > 0 ? static_cast<float>(i * kTestStride % stepper.vocabulary())
                                         : static_cast<float>(std::sin(0.7 * static_cast<double>(i))));
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
  require<UnsupportedError>(weights != StreamWeights::f16,
                            "c_source: C99 has no 16-bit floating-point type; bf16 is as small");
  check_name(name);
  check_stream_chain(chain);
  Writer writer{.weights = weights, .arrays = {}, .state = {}, .step = {}};
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
  const auto calls = [&](const char* call) { return writer.step.find(call) != std::string::npos; };
  s = concat("/* Written by recurra. */\n", calls("expf(") || calls("normalise(") ? "#include <math.h>\n\n" : "",
             "#include \"", name, ".h\"\n\n#define LARGEST ", writer.largest, "\n\n", writer.arrays, "\n");
  const bool sigmoids = calls("sigmoid(") || calls("positive(");
  if (sigmoids || calls("tanh_of(")) s += tanh_in_c();
  if (sigmoids) s += kSigmoid;
  if (weights == StreamWeights::bf16 && (writer.has_product || writer.has_table)) s += kWidened;
  if (writer.has_product) s += product_in_c(weights);
  if (writer.has_table) s += look_up_in_c(weights);
  for (const auto& [call, text] : kHelpers)
    if (calls(call)) s += text;
  s += concat(
      "\nvoid ", name, "_reset(", name,
      "_state* state) {\n  float* all = (float*)state;\n  for (unsigned i = 0; i < sizeof *state / sizeof *all; ++i) "
      "all[i] = 0;\n}\n\n");
  s += concat("void ", name, "_step(", name, "_state* state, const float* x, float* y) {\n",
              writer.needs_a ? "  float a[LARGEST]" : "", writer.needs_u ? ", u[LARGEST]" : "",
              writer.keeps_h ? ", old_h[LARGEST]" : "", writer.keeps_c ? ", old_c[LARGEST]" : "",
              writer.needs_a ? ";\n" : "", writer.step, "  for (int j = 0; j < ", O,
              "; ++j) y[j] = ", chain.skip ? "x[j] + " : "", x, "[j];\n}\n\n");
  s += self_test(chain, name, weights, D, O);
  return out;
}

}  // namespace recurra
