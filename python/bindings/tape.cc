// SPDX-License-Identifier: Apache-2.0
#include "tape.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arrays.h"
#include "bindings.h"

namespace recurra::python {
namespace {

void bind_variable(nb::module_& m) {
  using V = Variable<float>;
  nb::class_<V>(m, "Variable", "An array of float32 that may collect a gradient.")
      .def(
          "__init__",
          [](V* self, const Array& value, bool requires_grad) {
            new (self) V(tensor_from<float>(value, "value"), requires_grad);
          },
          nb::arg("value"), nb::arg("requires_grad") = false, "Copies the array.")
      .def_prop_ro(
          "value", [](const V& v) { return read_only_view(v.value()); }, nb::rv_policy::automatic,
          "A view that cannot be written to.")
      .def(
          "item", [](const V& v) { return v.value().item(); },
          "The only element as a number.\n\nErrors: ShapeError unless there is exactly one.")
      .def_prop_ro(
          "shape", [](const V& v) { return nb::tuple(nb::cast(v.shape().extents())); },
          nb::sig("def shape(self) -> tuple[int, ...]"))
      .def_prop_ro("requires_grad", &V::requires_grad)
      .def_prop_ro(
          "grad",
          [](const V& v) -> std::optional<ReadOnlyView> {
            if (!v.grad().defined()) return std::nullopt;
            return read_only_view(v.grad());
          },
          nb::rv_policy::automatic,
          "The gradient, shaped like the value; None until a backward pass has reached this variable.")
      .def("zero_grad", &V::zero_grad)
      .def(
          "detach", [](const V& v) { return V(v.value()); }, "The same value without its history: nothing is copied.")
      .def("__repr__", [](const V& v) { return concat("Variable(shape=", v.shape(), ")"); });
}

}  // namespace

void bind_tape(nb::module_& m) {
  bind_variable(m);
  nb::class_<HeldTape>(
      m, "Tape",
      "Records one step for its backward pass. Make a fresh one for each step: the parameters that it reads must not\n"
      "change between its first use of them and its end.")
      .def(
          "__init__",
          [](HeldTape* self, bool record, bool training, std::uint64_t seed, std::uint64_t step,
             const std::string& precision) {
            new (self) HeldTape({.record = record,
                                 .training = training,
                                 .seed = seed,
                                 .step = step,
                                 .precision = choose<Precision>("Tape: precision", precision,
                                                                {{"f32", Precision::f32}, {"bf16", Precision::bf16}})});
          },
          nb::kw_only(), nb::arg("record") = true, nb::arg("training") = true, nb::arg("seed") = 0, nb::arg("step") = 0,
          nb::arg("precision") = "f32",
          "record: False saves nothing, and backward is not possible.\n"
          "training: dropout is active.\n"
          "seed, step: the key of every random mask that is drawn with this tape.\n"
          "precision: 'f32' or 'bf16', of the products of recurrent layers in both passes.")
      .def(
          "backward",
          [](HeldTape& tape, const Variable<float>& loss) { tape.run([&](Tape<float>& t) { t.backward(loss); }); },
          nb::arg("loss"),
          "Runs the backward pass from a loss of one element and adds to the gradient of every parameter. Once per "
          "tape.\n\n"
          "Errors: ShapeError unless the loss has one element; ValueError if the tape did not record it.")
      .def(
          "backward",
          [](HeldTape& tape, const std::vector<Variable<float>>& outputs, const std::vector<Array>& gradients) {
            std::vector<Tensor<float>> doutputs;
            for (const Array& gradient : gradients) doutputs.push_back(tensor_from<float>(gradient, "gradients"));
            tape.run([&](Tape<float>& t) { t.backward(outputs, doutputs); });
          },
          nb::arg("outputs"), nb::arg("gradients"),
          "The same from any outputs with given gradients, each shaped like its output.");
}

}  // namespace recurra::python
