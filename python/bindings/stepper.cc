// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/stepper.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"

#include <nanobind/stl/string.h>

#include "arrays.h"
#include "bindings.h"

namespace recurra::python {
namespace {

using Samples = nb::ndarray<const float, nb::c_contig, nb::device::cpu>;

View state_view(Stepper& stepper, std::span<float> state) {
  const std::size_t shape[2] = {static_cast<std::size_t>(stepper.batch()),
                                state.size() / static_cast<std::size_t>(stepper.batch())};
  return View(state.data(), 2, shape, nb::find(stepper));
}

ReadOnlyView step(Stepper& stepper, const Samples& x) {
  const auto B = static_cast<std::size_t>(stepper.batch()), D = static_cast<std::size_t>(stepper.input_size());
  require<ShapeError>(x.size() == B * D, "Stepper.step: expected x [", stepper.batch(), ", ", stepper.input_size(),
                      "], found ", x.size(), " numbers");
  const auto y = stepper.step(x.data());
  const auto copy = Tensor<float>::uninitialized({stepper.batch(), stepper.output_size()});
  std::copy(y.begin(), y.end(), copy.data());
  return read_only_view(copy);
}

StepperOptions stepper_options(Index batch, const std::string& weights, const std::string& activation) {
  return {.batch = batch,
          .weights = choose<StreamWeights>("Stepper: weights", weights,
                                           {{"f32", StreamWeights::f32},
                                            {"f16", StreamWeights::f16},
                                            {"bf16", StreamWeights::bf16},
                                            {"int8", StreamWeights::int8}}),
          .activation = choose<StreamActivations>(
              "Stepper: activation", activation,
              {{"precise", StreamActivations::precise}, {"approximate", StreamActivations::approximate}})};
}

}  // namespace

void bind_stepper(nb::module_& m) {
  nb::class_<Stepper>(m, "Stepper",
                      "Runs a trained stack one step at a time. Outputs with weights 'f32' have the bits of a pass "
                      "over the whole sequence.")
      .def(
          "__init__",
          [](Stepper* self, const Recurrent<float>& net, const Linear<float>* head, Index batch,
             const std::string& weights, const std::string& activation) {
            const auto options = stepper_options(batch, weights, activation);
            if (head) {
              new (self) Stepper(net, *head, options);
            } else {
              new (self) Stepper(net, options);
            }
          },
          nb::arg("net"), nb::arg("head") = nb::none(), nb::kw_only(), nb::arg("batch") = 1, nb::arg("weights") = "f32",
          nb::arg("activation") = "precise",
          "Copies the weights of a Recurrent and, if given, of a Linear on its last layer; the state starts at "
          "zero.\n\n"
          "batch: independent streams that step together.\n"
          "weights: 'f32', 'f16', 'bf16' or 'int8'; smaller ones are read faster.\n"
          "activation: 'precise', or 'approximate': tanh is off by less than 7e-5 and sigmoid by less than 4e-5, and\n"
          "a small net steps faster.\n"
          "Errors: ValueError for a weight beyond 65504 as 'f16'; UnsupportedError for a net that reads both\n"
          "directions; ShapeError unless the head takes the net's hidden size.")
      .def("step", &step, nb::arg("x").noconvert(),
           "One step of every stream.\n\nShapes: x [B, D] (or [D] for one stream); returns [B, O].")
      .def(
          "h", [](Stepper& s, Index layer) { return state_view(s, s.h(layer)); }, nb::arg("layer") = 0,
          "The state of one layer, [B, H]: a view, to read or to write between steps.")
      .def(
          "c", [](Stepper& s, Index layer) { return state_view(s, s.c(layer)); }, nb::arg("layer") = 0,
          "LSTM: the cell state of one layer, [B, H]: a view; else [B, 0].")
      .def("reset", nb::overload_cast<>(&Stepper::reset), "Zero states of all streams.")
      .def("reset", nb::overload_cast<Index>(&Stepper::reset), nb::arg("stream"), "Zero states of one stream.")
      .def_prop_ro("batch", &Stepper::batch)
      .def_prop_ro("input_size", &Stepper::input_size)
      .def_prop_ro("output_size", &Stepper::output_size)
      .def_prop_ro("layers", &Stepper::layers);
}

}  // namespace recurra::python
