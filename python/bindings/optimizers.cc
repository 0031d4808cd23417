// SPDX-License-Identifier: Apache-2.0
// Optimisers over all parameters at once, clipping, schedules.
#include <nanobind/stl/map.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arrays.h"
#include "bindings.h"
#include "recurra/optim/clip.h"
#include "recurra/optim/optimizer.h"
#include "recurra/optim/schedule.h"
#include "shared_context.h"

namespace recurra::python {
namespace {

using Block = ParameterBlock<float>;

struct Sgd : Optimizer<float> {
  using Optimizer<float>::Optimizer;
};
struct RmsProp : Optimizer<float> {
  using Optimizer<float>::Optimizer;
};
struct Adam : Optimizer<float> {
  using Optimizer<float>::Optimizer;
};
struct AdamW : Optimizer<float> {
  using Optimizer<float>::Optimizer;
};

void bind_block(nb::module_& m) {
  nb::class_<Block>(m, "ParameterBlock",
                    "All parameters of a net as views into one array, and their gradients into another. The net's "
                    "parameters move into it.")
      .def(nb::init<std::vector<Parameter<float>>>(), nb::arg("parameters"),
           "Errors: ValueError if two parameters share a name or a value.")
      .def_prop_ro("size", &Block::size)
      .def_prop_ro(
          "values", [](const Block& block) { return view(block.values()); }, nb::rv_policy::automatic,
          "[size], the parameters one after another: a view.")
      .def_prop_ro(
          "gradients", [](const Block& block) { return view(block.gradients()); }, nb::rv_policy::automatic,
          "[size]; zero where no backward pass has reached a parameter since zero_grad: a view.")
      .def("zero_grad", &Block::zero_grad,
           "Call before each step's backward pass; otherwise the gradients of several passes add up.");
  m.def(
      "clip_grad_norm",
      [](const Block& block, double max_norm) {
        return shared_context()->run(
            [&](Context& context) { return clip_grad_norm(context, block.gradients(), max_norm); });
      },
      nb::arg("block"), nb::arg("max_norm"),
      "Scales the gradients to max_norm if their norm is above it, and returns the norm before; if that is not "
      "finite,\n"
      "the gradients stay unchanged.");
  m.def(
      "clip_grad_value",
      [](const Block& block, double limit) {
        shared_context()->run([&](Context& context) { clip_grad_value(context, block.gradients(), limit); });
      },
      nb::arg("block"), nb::arg("limit"), "Clamps every gradient to [-limit, limit]; NaN stays NaN.");
}

nb::dict optimizer_state(const Optimizer<float>& o) {
  nb::dict out;
  for (const auto& [name, tensor] : o.state()) out[name.c_str()] = view(tensor);
  return out;
}

void bind_optimizer(nb::module_& m) {
  nb::class_<Optimizer<float>>(m, "Optimizer", "One of SGD, RMSprop, Adam and AdamW, with PyTorch's formulas.")
      .def(
          "step", [](Optimizer<float>& o) { shared_context()->run([&](Context& context) { o.step(context); }); },
          "One update of all parameters from their gradients.")
      .def_prop_rw("learning_rate", &Optimizer<float>::learning_rate, &Optimizer<float>::set_learning_rate,
                   "Of the next step; a schedule sets it.")
      .def_prop_ro("steps", &Optimizer<float>::steps, "Updates made so far.")
      .def("state_dict", &optimizer_state,
           nb::sig("def state_dict(self) -> dict[str, numpy.typing.NDArray[numpy.float32]]"),
           "The state that a checkpoint must hold besides steps.")
      .def(
          "load_state_dict",
          [](Optimizer<float>& o, Index steps, const std::map<std::string, Array>& state) {
            NamedTensors<float> tensors;
            for (const auto& [name, array] : state) tensors.emplace_back(name, tensor_from<float>(array, name.c_str()));
            o.load(steps, tensors);
          },
          nb::arg("steps"), nb::arg("state"),
          "Errors: ValueError for a missing or unknown name; ShapeError for another size.");
  nb::class_<Sgd, Optimizer<float>>(m, "SGD").def(
      "__init__",
      [](Sgd* self, const Block& block, double learning_rate, double momentum, double weight_decay) {
        new (self) Sgd(block, {.kind = OptimizerKind::sgd,
                               .learning_rate = learning_rate,
                               .momentum = momentum,
                               .weight_decay = weight_decay});
      },
      nb::arg("block"), nb::arg("learning_rate"), nb::kw_only(), nb::arg("momentum") = 0.0,
      nb::arg("weight_decay") = 0.0);
  nb::class_<RmsProp, Optimizer<float>>(m, "RMSprop", "Tieleman, Hinton 2012.")
      .def(
          "__init__",
          [](RmsProp* self, const Block& block, double learning_rate, double alpha, double epsilon,
             double weight_decay) {
            new (self) RmsProp(block, {.kind = OptimizerKind::rmsprop,
                                       .learning_rate = learning_rate,
                                       .alpha = alpha,
                                       .epsilon = epsilon,
                                       .weight_decay = weight_decay});
          },
          nb::arg("block"), nb::arg("learning_rate") = 1e-2, nb::kw_only(), nb::arg("alpha") = 0.99,
          nb::arg("epsilon") = 1e-8, nb::arg("weight_decay") = 0.0);
}

/// Adam and AdamW take the same arguments.
template <class Kind>
void bind_adam(nb::module_& m, const char* name, OptimizerKind kind, double weight_decay, const char* doc) {
  nb::class_<Kind, Optimizer<float>>(m, name, doc)
      .def(
          "__init__",
          [kind](Kind* self, const Block& block, double learning_rate, std::pair<double, double> betas, double epsilon,
                 double decay) {
            new (self) Kind(block, {.kind = kind,
                                    .learning_rate = learning_rate,
                                    .beta1 = betas.first,
                                    .beta2 = betas.second,
                                    .epsilon = epsilon,
                                    .weight_decay = decay});
          },
          nb::arg("block"), nb::arg("learning_rate") = 1e-3, nb::kw_only(), nb::arg("betas") = std::pair(0.9, 0.999),
          nb::arg("epsilon") = 1e-8, nb::arg("weight_decay") = weight_decay);
}

void bind_schedule(nb::module_& m) {
  nb::class_<Schedule>(m, "Schedule",
                       "The learning rate over a run: constant, by steps, along a cosine, or lowered on a plateau.")
      .def(
          "__init__",
          [](Schedule* self, double base_rate, const std::string& kind, Index warmup_steps, Index total_steps,
             Index step_size, double factor, Index patience, double minimum) {
            const auto chosen = choose("Schedule: kind", kind, schedule_names());
            new (self) Schedule(base_rate, {chosen, warmup_steps, total_steps, step_size, factor, patience, minimum});
          },
          nb::arg("base_rate"), nb::arg("kind") = "constant", nb::kw_only(), nb::arg("warmup_steps") = 0,
          nb::arg("total_steps") = 0, nb::arg("step_size") = 30, nb::arg("factor") = 0.1, nb::arg("patience") = 5,
          nb::arg("minimum") = 0.0,
          "kind: 'constant', 'step' (cut every step_size epochs by factor), 'cosine' (to minimum at total_steps) or "
          "'plateau'\n"
          "(cut by factor after patience epochs without a better loss).")
      .def("rate", &Schedule::rate, "For the next step.")
      .def("after_step", &Schedule::after_step)
      .def("after_epoch", &Schedule::after_epoch, nb::arg("validation_loss"));
}

}  // namespace

void bind_optimizers(nb::module_& m) {
  bind_block(m);
  bind_optimizer(m);
  bind_adam<Adam>(m, "Adam", OptimizerKind::adam, 0.0, "Kingma, Ba 2015.");
  bind_adam<AdamW>(m, "AdamW", OptimizerKind::adamw, 0.01,
                   "Loshchilov, Hutter 2019: weight decay decoupled from the gradient.");
  bind_schedule(m);
}

}  // namespace recurra::python
