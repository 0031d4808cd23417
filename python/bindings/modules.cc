// SPDX-License-Identifier: Apache-2.0
// Layers, nets made of them in Python, and their parameters.
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arrays.h"
#include "bindings.h"
#include "recurra/nn/embedding.h"
#include "recurra/nn/init.h"
#include "recurra/nn/layer_norm.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/module.h"
#include "tape.h"

namespace recurra::python {
namespace {

using V = Variable<float>;

/// The base of a net written in Python: its parts are the attributes of the Python object.
class Net : public Module<float> {
 public:
  void collect(const std::string& prefix, std::vector<Parameter<float>>& out) const override {
    const nb::object self = nb::find(static_cast<const Module<float>&>(*this));
    for (const auto& [name, part] : nb::cast<nb::dict>(nb::getattr(self, "__dict__", nb::dict())))
      collect_part(prefix + nb::cast<std::string>(name), part, out);
  }

 private:
  static void collect_part(const std::string& name, nb::handle part, std::vector<Parameter<float>>& out) {
    if (nb::isinstance<Module<float>>(part)) {
      nb::cast<const Module<float>*>(part)->collect(name + ".", out);
    } else if (nb::isinstance<nb::list>(part) || nb::isinstance<nb::tuple>(part)) {
      std::size_t index = 0;
      for (const nb::handle item : part) collect_part(name + "." + std::to_string(index++), item, out);
    } else if (nb::isinstance<V>(part) && nb::cast<const V&>(part).requires_grad()) {
      out.push_back({name, nb::cast<V>(part), {}});
    }
  }
};

nb::dict state_dict(const Module<float>& module) {
  nb::dict out;
  for (const auto& [name, tensor] : module.state()) out[name.c_str()] = view(tensor);
  return out;
}

void bind_parameters(nb::module_& m) {
  nb::class_<Parameter<float>>(m, "Parameter", "A trainable array and its name, such as 'lstm.weight_ih_l0'.")
      .def_ro("name", &Parameter<float>::name)
      .def_ro("variable", &Parameter<float>::variable)
      .def_prop_ro(
          "value", [](const Parameter<float>& p) { return view(p.variable.value()); }, nb::rv_policy::automatic,
          "A view of the value: the net computes with what is written to it. Get it again after creating a "
          "ParameterBlock.")
      .def("__repr__",
           [](const Parameter<float>& p) { return concat("Parameter('", p.name, "', ", p.variable.shape(), ")"); });
  m.def(
      "initialize",
      [](const std::vector<Parameter<float>>& parameters, std::uint64_t seed, const std::string& recurrent,
         std::optional<double> forget_bias, Index chrono_steps) {
        const auto init = choose("initialize: recurrent", recurrent, init_names());
        initialize(parameters, seed, {init, forget_bias, chrono_steps});
      },
      nb::arg("parameters"), nb::arg("seed"), nb::kw_only(), nb::arg("recurrent") = "pytorch",
      nb::arg("forget_bias") = nb::none(), nb::arg("chrono_steps") = 0,
      "Draws every parameter from a stream named after it, so that its values depend only on seed and name.\n\n"
      "recurrent: how recurrent layers start: 'pytorch', 'glorot', 'orthogonal' or 'identity'.\n"
      "forget_bias: LSTM: the sum of both forget biases; GRU: of both update biases.\n"
      "chrono_steps: above 1: biases for memories of up to this many steps (Tallec, Ollivier 2018).");
}

void bind_module(nb::module_& m) {
  nb::class_<Module<float>, Net>(
      m, "Module",
      "A part of a net, and the base class of your own. Its parameters are those of the modules among its attributes, "
      "and of\n"
      "lists of modules, named as in PyTorch; a call runs its method forward. Values are zero until initialize draws "
      "them or\n"
      "load_state_dict sets them.\n\n"
      "    class Forecaster(recurra.Module):\n"
      "        def __init__(self):\n"
      "            super().__init__()\n"
      "            self.lstm = recurra.Recurrent('lstm', 10, 128, batch_first=True)\n"
      "            self.head = recurra.Linear(128, 1)\n\n"
      "        def forward(self, tape, x):\n"
      "            return self.head(tape, recurra.read_out(tape, 'last', self.lstm(tape, x)))")
      .def(nb::init<>())
      .def(
          "__call__",
          [](nb::handle self, const nb::args& args, const nb::kwargs& kwargs) {
            return self.attr("forward")(*args, **kwargs);
          },
          nb::sig("def __call__(self, *args: typing.Any, **kwargs: typing.Any) -> typing.Any"), "As forward.")
      .def("parameters", &Module<float>::parameters, "Every parameter, in a fixed order.")
      .def("parameter_count", &Module<float>::parameter_count, "The total number of elements of the parameters.")
      .def("state_dict", &state_dict, nb::sig("def state_dict(self) -> dict[str, numpy.typing.NDArray[numpy.float32]]"),
           "A copy of every parameter's value, by name.")
      .def(
          "load_state_dict",
          [](Module<float>& module, const std::map<std::string, Array>& state) {
            NamedTensors<float> tensors;
            for (const auto& [name, array] : state) tensors.emplace_back(name, tensor_from<float>(array, name.c_str()));
            module.load(tensors);
          },
          nb::arg("state"),
          "Copies values in by name, in any order; nothing is changed on an error.\n\n"
          "Errors: ValueError that lists every missing and unknown name; ShapeError for the first misfit.");
}

void bind_layers(nb::module_& m) {
  const auto linear = [](const Linear<float>& layer, HeldTape& tape, const Input& x) {
    const V given = variable_from(x, "x");
    return tape.run([&](Tape<float>& t) { return layer.forward(t, given); });
  };
  nb::class_<Linear<float>, Module<float>>(
      m, "Linear", "The affine layer over the last axis: y = x W^T + b. Parameters: weight [O, D], bias [O].")
      .def(nb::init<Index, Index, bool>(), nb::arg("input_size"), nb::arg("output_size"), nb::arg("bias") = true)
      .def("forward", linear, nb::arg("tape"), nb::arg("x"), "Shapes: x [..., D]; returns [..., O].")
      .def("__call__", linear, nb::arg("tape"), nb::arg("x"), "As forward.");
  const auto embedding = [](const Embedding<float>& layer, HeldTape& tape, const Array& ids) {
    const auto rows = tensor_from<std::int64_t>(ids, "ids");
    return tape.run([&](Tape<float>& t) { return layer.forward(t, rows); });
  };
  nb::class_<Embedding<float>, Module<float>>(m, "Embedding",
                                              "A table of V vectors of E numbers. Parameter: weight [V, E].")
      .def(nb::init<Index, Index>(), nb::arg("vocabulary"), nb::arg("size"))
      .def("forward", embedding, nb::arg("tape"), nb::arg("ids"),
           "Shapes: ids [...] of int64; returns [..., E].\n\nErrors: ValueError if an id is outside [0, V).")
      .def("__call__", embedding, nb::arg("tape"), nb::arg("ids"), "As forward.");
  const auto norm = [](const LayerNorm<float>& layer, HeldTape& tape, const Input& x) {
    const V given = variable_from(x, "x");
    return tape.run([&](Tape<float>& t) { return layer.forward(t, given); });
  };
  nb::class_<LayerNorm<float>, Module<float>>(
      m, "LayerNorm", "Layer normalisation over the last axis. Parameters: weight [D], bias [D].")
      .def(nb::init<Index, double>(), nb::arg("size"), nb::arg("epsilon") = 1e-5)
      .def("forward", norm, nb::arg("tape"), nb::arg("x"), "Shapes: x [..., D]; returns the same.")
      .def("__call__", norm, nb::arg("tape"), nb::arg("x"), "As forward.");
}

}  // namespace

void bind_modules(nb::module_& m) {
  bind_parameters(m);
  bind_module(m);
  bind_layers(m);
}

}  // namespace recurra::python
