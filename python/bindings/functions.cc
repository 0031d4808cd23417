// SPDX-License-Identifier: Apache-2.0
// Functions of a net other than layers: losses, activations, joins.
#include <nanobind/stl/vector.h>

#include "arrays.h"
#include "bindings.h"
#include "recurra/autograd/functions/dropout.h"
#include "recurra/autograd/functions/elementwise.h"
#include "recurra/autograd/functions/losses.h"
#include "recurra/autograd/functions/shape.h"
#include "recurra/autograd/functions/softmax.h"
#include "tape.h"

namespace recurra::python {
namespace {

using V = Variable<float>;

void bind_unary(nb::module_& m, const char* name, V (*function)(Tape<float>&, const V&), const char* doc) {
  m.def(
      name,
      [function](HeldTape& tape, const Input& x) {
        const V given = variable_from(x, "x");
        return tape.run([&](Tape<float>& t) { return function(t, given); });
      },
      nb::arg("tape"), nb::arg("x"), doc);
}

void bind_binary(nb::module_& m, const char* name, V (*function)(Tape<float>&, const V&, const V&), const char* doc) {
  m.def(
      name,
      [function](HeldTape& tape, const Input& a, const Input& b) {
        const V left = variable_from(a, "a"), right = variable_from(b, "b");
        return tape.run([&](Tape<float>& t) { return function(t, left, right); });
      },
      nb::arg("tape"), nb::arg("a"), nb::arg("b"), doc);
}

V run_loss(HeldTape& tape, const ops::ElementLoss& loss, const V& prediction, const Array& target,
           const std::optional<Array>& weights) {
  const auto truth = tensor_from<float>(target, "target");
  const auto weight = tensor_from(weights, "weights");
  return tape.run([&](Tape<float>& t) { return element_loss(t, loss, prediction, truth, weight); });
}

void bind_loss(nb::module_& m, const char* name, ops::LossKind kind, const char* doc) {
  m.def(
      name,
      [kind](HeldTape& tape, const V& prediction, const Array& target, const std::optional<Array>& weights) {
        return run_loss(tape, {kind}, prediction, target, weights);
      },
      nb::arg("tape"), nb::arg("prediction"), nb::arg("target"), nb::arg("weights") = nb::none(), doc);
}

void bind_losses(nb::module_& m) {
  bind_loss(m, "mse_loss", ops::LossKind::mse,
            "The weighted mean of e^2, with e = prediction - target.\n\n"
            "Shapes: prediction, target and weights are alike; returns [1]. Elements of weight 0 are not read.");
  bind_loss(m, "mae_loss", ops::LossKind::mae,
            "The weighted mean of |e|, with e = prediction - target. Shapes as mse_loss.");
  bind_loss(
      m, "bce_with_logits_loss", ops::LossKind::bce_with_logits,
      "The weighted mean of the binary cross-entropy of the logits x: max(x, 0) - x target + log(1 + exp(-|x|)).\n"
      "Shapes as mse_loss.");
  m.def(
      "huber_loss",
      [](HeldTape& tape, const V& prediction, const Array& target, double delta, const std::optional<Array>& weights) {
        return run_loss(tape, {ops::LossKind::huber, delta}, prediction, target, weights);
      },
      nb::arg("tape"), nb::arg("prediction"), nb::arg("target"), nb::arg("delta") = 1.0,
      nb::arg("weights") = nb::none(),
      "The weighted mean of e^2 / 2 where |e| <= delta, else delta (|e| - delta / 2). Shapes as mse_loss.");
  m.def(
      "pinball_loss",
      [](HeldTape& tape, const V& prediction, const Array& target, double quantile,
         const std::optional<Array>& weights) {
        return run_loss(tape, {ops::LossKind::pinball, quantile}, prediction, target, weights);
      },
      nb::arg("tape"), nb::arg("prediction"), nb::arg("target"), nb::arg("quantile"), nb::arg("weights") = nb::none(),
      "The weighted mean of max(-q e, (1 - q) e), which the quantile q minimises. Shapes as mse_loss.");
  m.def(
      "cross_entropy_loss",
      [](HeldTape& tape, const V& logits, const Array& labels, const std::optional<Array>& weights) {
        const auto truth = tensor_from<std::int64_t>(labels, "labels");
        const auto weight = tensor_from(weights, "weights");
        return tape.run([&](Tape<float>& t) { return cross_entropy_loss(t, logits, truth, weight); });
      },
      nb::arg("tape"), nb::arg("logits"), nb::arg("labels"), nb::arg("weights") = nb::none(),
      "The weighted mean of log(sum(exp(logits))) - logits[label].\n\n"
      "Shapes: logits [..., V], labels [...] of int64, weights [...]; returns [1]. A label of -100 weighs 0.\n"
      "Errors: ValueError if another label is outside [0, V).");
}

}  // namespace

void bind_functions(nb::module_& m) {
  bind_losses(m);
  bind_unary(m, "tanh", tanh<float>, "tanh, element by element.");
  bind_unary(m, "sigmoid", sigmoid<float>, "1 / (1 + exp(-x)), element by element.");
  bind_unary(m, "relu", relu<float>, "max(x, 0), element by element.");
  bind_unary(m, "softmax", softmax<float>, "Softmax over the last axis.");
  bind_unary(m, "log_softmax", log_softmax<float>, "The logarithm of softmax over the last axis.");
  bind_binary(m, "add", add<float>, "a + b, of one shape: nothing is broadcast.");
  bind_binary(m, "subtract", subtract<float>, "a - b, of one shape.");
  bind_binary(m, "multiply", multiply<float>, "a b element by element, of one shape.");
  m.def(
      "scale",
      [](HeldTape& tape, const V& a, float factor) {
        return tape.run([&](Tape<float>& t) { return scale(t, a, factor); });
      },
      nb::arg("tape"), nb::arg("a"), nb::arg("factor"), "factor a.");
  m.def(
      "dropout",
      [](HeldTape& tape, const V& x, double rate) {
        return tape.run([&](Tape<float>& t) { return dropout(t, x, rate); });
      },
      nb::arg("tape"), nb::arg("x"), nb::arg("rate"),
      "Sets elements to 0 with probability rate and divides the others by 1 - rate; the identity if the tape is not\n"
      "training.\n\n"
      "Errors: ValueError unless 0 <= rate < 1.");
  m.def(
      "concat",
      [](HeldTape& tape, const std::vector<Input>& parts) {
        std::vector<V> given;
        for (const Input& part : parts) given.push_back(variable_from(part, "parts"));
        return tape.run([&](Tape<float>& t) { return concat_last(t, given); });
      },
      nb::arg("tape"), nb::arg("parts"),
      "Joins along the last axis.\n\nShapes: parts [..., D_i]; returns [..., sum of D_i].");
  m.def(
      "reshape",
      [](HeldTape& tape, const V& x, const std::vector<Index>& shape) {
        return tape.run([&](Tape<float>& t) { return reshape(t, x, Shape(shape)); });
      },
      nb::arg("tape"), nb::arg("x"), nb::arg("shape"),
      "The same elements under another shape of equal size; nothing is copied.");
}

}  // namespace recurra::python
