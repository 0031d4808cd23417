// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/teaching/quote_net.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "recurra/ops/elementwise.h"
#include "recurra/ops/linear.h"
#include "recurra/train/teaching/gradient_lab.h"

namespace recurra {
namespace {

constexpr Index kGateRows = kLstmGates * kQuoteUnits;

enum Class { kQuote, kLetter, kDigit, kSpace, kOther };

Class class_of(unsigned char first) {
  if (first == '"') return kQuote;
  const int lower = first | 32;
  if (first >= 0x80 || (lower >= 'a' && lower <= 'z')) return kLetter;
  if (first >= '0' && first <= '9') return kDigit;
  return first == ' ' || first == '\n' || first == '\t' ? kSpace : kOther;
}

/// One class a code point: continuation bytes belong to the one before.
std::vector<Class> classes_of(std::string_view utf8) {
  std::vector<Class> out;
  for (const char byte : utf8) {
    const auto b = static_cast<unsigned char>(byte);
    if ((b & 0xC0) != 0x80) out.push_back(class_of(b));
  }
  return out;
}

struct QuoteNet {
  LabLayer layer;
  Tensor<double> head, head_bias;
};

QuoteNet load_net() {
  const float* at = quote_weights;
  const auto take = [&at](Shape shape) {
    Tensor<double> out(std::move(shape));
    for (double& v : out.span()) v = static_cast<double>(*at++);
    return out;
  };
  LabLayer layer{{.cell = Cell::lstm, .hidden_size = kQuoteUnits},
                 {take({kGateRows, kQuoteInputs}), take({kGateRows, kQuoteUnits}), take({kGateRows}), {}}};
  const Tensor<double> head = take({1, kQuoteUnits});
  return {std::move(layer), head, take({1})};
}

/// The sum at which the gate takes the value; saturated where there is none.
double sum_for(const GateClamp& clamp) {
  const double v = clamp.value;
  const double sum = clamp.gate == kCandidate ? std::atanh(v) : std::log(v) - std::log1p(-v);
  return std::clamp(sum, -kSaturated, kSaturated);
}

/// The same layer with one gate that depends only on a bias.
LabLayer clamped(const LabLayer& layer, const GateClamp& clamp) {
  LabLayer out{layer.options, {layer.weights.W.clone(), layer.weights.U.clone(), layer.weights.b_ih.clone(), {}}};
  const Index begin = clamp.gate * kQuoteUnits, end = begin + kQuoteUnits;
  out.weights.W.slice(begin, end).fill(0);
  out.weights.U.slice(begin, end).fill(0);
  out.weights.b_ih.slice(begin, end).fill(sum_for(clamp));
  return out;
}

void check(const GateClamp& clamp) {
  const double low = clamp.gate == kCandidate ? -1 : 0;
  require(clamp.value >= low && clamp.value <= 1, "trace_quotes: expected a gate held from ", low, " to 1, found ",
          clamp.value);
  require(clamp.from >= 0, "trace_quotes: expected a step from 0 on, found ", clamp.from);
}

}  // namespace

Tensor<double> quote_inputs(std::string_view utf8) {
  const std::vector<Class> classes = classes_of(utf8);
  Tensor<double> x({static_cast<Index>(classes.size()), kQuoteInputs});
  for (std::size_t t = 0; t < classes.size(); ++t) x.at({static_cast<Index>(t), classes[t]}) = 1;
  return x;
}

Tensor<double> quote_truth(std::string_view utf8) {
  const std::vector<Class> classes = classes_of(utf8);
  Tensor<double> out({static_cast<Index>(classes.size())});
  bool inside = false;
  for (std::size_t t = 0; t < classes.size(); ++t) {
    if (classes[t] == kQuote) inside = !inside;
    out[static_cast<Index>(t)] = inside ? 1 : 0;
  }
  return out;
}

QuoteTrace trace_quotes(Context& context, std::string_view utf8, const std::optional<GateClamp>& clamp) {
  if (clamp) check(*clamp);
  const Tensor<double> x = quote_inputs(utf8);
  const Index T = x.dim(0);
  require(T > 0, "trace_quotes: expected at least one character");
  const QuoteNet net = load_net();
  const LabLayer held = clamp ? clamped(net.layer, *clamp) : net.layer;
  const auto lane = [T] { return Tensor<double>({T, kQuoteUnits}); };
  QuoteTrace out{lane(), lane(), lane(), lane(), lane(), lane(), {}};
  const Tensor<double>* gates[kLstmGates] = {&out.i, &out.f, &out.g, &out.o};
  ops::CellState<double> state{Tensor<double>({1, kQuoteUnits}), Tensor<double>({1, kQuoteUnits})};
  for (Index t = 0; t < T; ++t) {
    const LabStep step =
        run_step(context, clamp && t >= clamp->from && t < clamp->to ? held : net.layer, x.slice(t, t + 1), state);
    for (int gate = 0; gate < kLstmGates; ++gate)
      gates[gate]->slice(t, t + 1).copy_from(step.gates.slice(gate, gate + 1));
    out.c.slice(t, t + 1).copy_from(step.c);
    out.h.slice(t, t + 1).copy_from(step.h);
    state = {step.h, step.c};
  }
  const Tensor<double> logits = ops::linear_forward(context, out.h, net.head, net.head_bias);
  out.inside = ops::activation_forward(context, ops::Activation::sigmoid, logits).reshape({T});
  return out;
}

}  // namespace recurra
