// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/recurrent.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arrays.h"
#include "bindings.h"
#include "recurra/kernels/cell_names.h"
#include "recurra/nn/readout.h"
#include "tape.h"

namespace recurra::python {
namespace {

using V = Variable<float>;

std::optional<V> state_or_none(const V& state) {
  return state.defined() ? std::optional<V>(state) : std::nullopt;
}

RecurrentOptions recurrent_options(const std::string& cell, Index input_size, Index hidden_size, Index layers,
                                   bool batch_first, double dropout, bool bidirectional, bool bias,
                                   const std::string& dropout_kind, bool reverse, Index heads, double recurrent_dropout,
                                   double zoneout_h, double zoneout_c, Index proj_size, const CellChanges& changes) {
  return {.cell = choose("Recurrent: cell", cell, cell_names()),
          .input_size = input_size,
          .hidden_size = hidden_size,
          .layers = layers,
          .bidirectional = bidirectional,
          .projection = proj_size,
          .direction = reverse ? Direction::reverse : Direction::forward,
          .bias = bias,
          .batch_first = batch_first,
          .dropout = dropout,
          .dropout_kind = choose<ops::DropoutKind>(
              "Recurrent: dropout_kind", dropout_kind,
              {{"each-step", ops::DropoutKind::each_step}, {"variational", ops::DropoutKind::variational}}),
          .heads = heads,
          .recurrent_dropout = recurrent_dropout,
          .zoneout_h = zoneout_h,
          .zoneout_c = zoneout_c,
          .changes = changes};
}

using Choice = std::optional<std::string>;

CellChanges cell_changes(const Choice& gates, const Choice& candidate, const Choice& output, double clip) {
  const auto chosen = [](const char* what, const Choice& name) {
    return name ? std::optional(choose(what, *name, activation_names())) : std::nullopt;
  };
  return {.gates = chosen("Recurrent: gate_activation", gates),
          .candidate = chosen("Recurrent: candidate_activation", candidate),
          .output = chosen("Recurrent: output_activation", output),
          .clip = clip};
}

RecurrentOutput<float> run_recurrent(const Recurrent<float>& net, HeldTape& tape, const Input& x,
                                     const std::optional<std::vector<Index>>& lengths, const std::optional<Input>& h0,
                                     const std::optional<Input>& c0, const std::optional<Input>& n0,
                                     const std::optional<Input>& m0) {
  const V given = variable_from(x, "x");
  const StateVariables<float> initial = {variable_from(h0, "h0"), variable_from(c0, "c0"), variable_from(n0, "n0"),
                                         variable_from(m0, "m0")};
  return tape.run([&](Tape<float>& t) {
    return net.forward(t, given, lengths ? std::span<const Index>(*lengths) : std::span<const Index>(), initial);
  });
}

}  // namespace

void bind_recurrent(nb::module_& m) {
  nb::class_<RecurrentOutput<float>>(m, "RecurrentOutput", "The output of a recurrent stack.")
      .def_ro("y", &RecurrentOutput<float>::y,
              "[T, B, H * directions] (batch_first: [B, T, ...]); zero where a sequence has ended.")
      .def_prop_ro(
          "h", [](const RecurrentOutput<float>& out) { return out.state.h; },
          "The last state, [layers * directions, B, H].")
      .def_prop_ro(
          "c", [](const RecurrentOutput<float>& out) { return state_or_none(out.state.c); },
          "LSTM, sLSTM: the last cell state, [layers * directions, B, H]; else None.")
      .def_prop_ro(
          "n", [](const RecurrentOutput<float>& out) { return state_or_none(out.state.n); },
          "sLSTM: the last normaliser, as c; else None.")
      .def_prop_ro(
          "m", [](const RecurrentOutput<float>& out) { return state_or_none(out.state.m); },
          "sLSTM: the last stabiliser, as c; else None.");
  nb::class_<Recurrent<float>, Module<float>>(
      m, "Recurrent",
      "A stack of recurrent layers. Parameters carry PyTorch's names and layout: weight_ih_l0, weight_hh_l0, "
      "bias_ih_l0,\n"
      "bias_hh_l0, weight_ih_l0_reverse, ..., gates in the order i, f, g, o and r, z, n.")
      .def(
          "__init__",
          [](Recurrent<float>* self, const std::string& cell, Index input_size, Index hidden_size, Index layers,
             bool batch_first, double dropout, bool bidirectional, bool bias, const std::string& dropout_kind,
             bool reverse, Index heads, const Choice& gate_activation, const Choice& candidate_activation,
             const Choice& output_activation, double gate_clip, double recurrent_dropout, double zoneout_h,
             double zoneout_c, Index proj_size) {
            new (self) Recurrent<float>(
                recurrent_options(cell, input_size, hidden_size, layers, batch_first, dropout, bidirectional, bias,
                                  dropout_kind, reverse, heads, recurrent_dropout, zoneout_h, zoneout_c, proj_size,
                                  cell_changes(gate_activation, candidate_activation, output_activation, gate_clip)));
            for (const std::string& warning : self->warnings())
              if (PyErr_WarnEx(PyExc_UserWarning, warning.c_str(), 1) < 0) throw nb::python_error();
          },
          nb::arg("cell"), nb::arg("input_size"), nb::arg("hidden_size"), nb::arg("layers") = 1, nb::kw_only(),
          nb::arg("batch_first") = false, nb::arg("dropout") = 0.0, nb::arg("bidirectional") = false,
          nb::arg("bias") = true, nb::arg("dropout_kind") = "each-step", nb::arg("reverse") = false,
          nb::arg("heads") = 1, nb::arg("gate_activation") = nb::none(), nb::arg("candidate_activation") = nb::none(),
          nb::arg("output_activation") = nb::none(), nb::arg("gate_clip") = 0.0, nb::arg("recurrent_dropout") = 0.0,
          nb::arg("zoneout_h") = 0.0, nb::arg("zoneout_c") = 0.0, nb::arg("proj_size") = 0,
          "cell: 'lstm', 'lstm-peephole' (gates that also see c), 'gru' (the reset after the recurrent product: "
          "PyTorch,\n"
          "cuDNN), 'gru-reset-before' (before it: Cho 2014, Keras reset_after=False, ONNX's default), 'rnn' (tanh),\n"
          "'rnn-relu', 'rnn-linear', 'min-gru', 'min-lstm' (also with '-log': the positive candidate of the log-space\n"
          "form), 'slstm' or 'lstm-layer-norm' (Ba 2016).\n"
          "batch_first: x and y are [B, T, ...] instead of [T, B, ...]; the state is not affected.\n"
          "dropout: on the output of each layer but the last, in [0, 1).\n"
          "dropout_kind: 'each-step', or 'variational' for one mask over all steps of a sequence.\n"
          "heads: for the sLSTM, whose units read only the units of their own head.\n"
          "reverse: every layer reads from the end to the beginning.\n"
          "gate_activation, candidate_activation, output_activation: in place of the cell's sigmoids, of its tanh\n"
          "(RNN: phi), and of the LSTM's tanh between c and h: 'identity', 'tanh', 'relu', 'sigmoid', 'hard-sigmoid'\n"
          "(x / 5 + 1 / 2: Keras 2, ONNX) or 'hard-sigmoid-sixth' (x / 6 + 1 / 2: Keras 3, PyTorch).\n"
          "gate_clip: clips the sums of the gates to this size; 0: off.\n"
          "recurrent_dropout: on h in products with U, one mask for all steps of a sequence, in [0, 1).\n"
          "zoneout_h, zoneout_c: fraction of units whose h (LSTM: c) a step leaves unchanged, in [0, 1).\n"
          "proj_size: outputs of an LSTM, a linear map of its h by weight_hr_l0, ...; 0: none.")
      .def("forward", &run_recurrent, nb::arg("tape"), nb::arg("x"), nb::arg("lengths") = nb::none(),
           nb::arg("h0") = nb::none(), nb::arg("c0") = nb::none(), nb::arg("n0") = nb::none(),
           nb::arg("m0") = nb::none(),
           "Runs the whole sequence.\n\n"
           "Shapes: x [T, B, D] (batch_first: [B, T, D]); lengths [B], each in [0, T] (None: all T); h0, c0, n0, m0\n"
           "[layers * directions, B, H] for the states of the cell (None: zeros).\n"
           "Errors: ShapeError if an extent disagrees; ValueError if a length is outside [0, T].")
      .def("__call__", &run_recurrent, nb::arg("tape"), nb::arg("x"), nb::arg("lengths") = nb::none(),
           nb::arg("h0") = nb::none(), nb::arg("c0") = nb::none(), nb::arg("n0") = nb::none(),
           nb::arg("m0") = nb::none(), "As forward.");
  m.def(
      "read_out",
      [](HeldTape& tape, const std::string& kind, const RecurrentOutput<float>& output) {
        const auto chosen = choose<Readout>(
            "read_out: kind", kind,
            {{"last", Readout::last}, {"mean", Readout::mean}, {"max", Readout::max}, {"all", Readout::all}});
        return tape.run([&](Tape<float>& t) { return read_out(t, chosen, output); });
      },
      nb::arg("tape"), nb::arg("kind"), nb::arg("output"),
      "Reduces a stack's output to one vector per sequence. 'last' takes each direction after its last step; 'mean' "
      "and\n"
      "'max' are over the valid steps; 'all' is y itself.\n\n"
      "Shapes: returns [B, H * directions].");
}

}  // namespace recurra::python
