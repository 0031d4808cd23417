// SPDX-License-Identifier: Apache-2.0
#include "../operations.h"
#include "recurra/train/teaching/gradient_lab.h"

namespace recurra::wasm {
namespace {

LabOptions lab_options(const Request& request) {
  LabOptions o;
  o.hidden_size = request.integer("H", 2, 64);
  o.init = static_cast<LabInit>(request.one_of("init", {"orthogonal", "pytorch", "identity", "nonnormal"}));
  o.gain = request.number("g", 0.1, 5);
  o.input_strength = request.number("s", 0, 10);
  o.forget_bias = request.number("forgetBias", -10, 10);
  o.seed = request.seed();
  return o;
}

}  // namespace

void gradients(ThreadTeam& team, const Request& request, Reply& reply) {
  const Index T = request.integer("T", 1, 200);
  LabOptions options = lab_options(request);
  constexpr Cell kActivations[] = {Cell::rnn_linear, Cell::rnn_tanh, Cell::rnn_relu};
  options.cell = kActivations[request.one_of("activation", {"linear", "tanh", "relu"})];
  const LabLayer rnn = draw_lab_layer(options);
  const std::vector<LabStep> steps = run_lab_layer(team, rnn, T);
  const Spectrum spectrum = lab_spectrum(rnn, steps);
  reply.set("rnn", gradient_norms(team, rnn, steps));
  reply.set("rhoLine", spectrum.rho_line);
  reply.set("bound", spectrum.bound);
  reply.set("eigenvalues", spectrum.eigenvalues);
  reply.set("singularValues", spectrum.singular_values);
  reply.set("slope", spectrum.slopes.mean);
  reply.set("rho", spectrum.rho);
  reply.set("sigma1", spectrum.sigma1);
  reply.set("maxSlope", spectrum.slopes.largest);

  if (request.flag("lstm")) {
    options.cell = Cell::lstm;
    const LabLayer lstm = draw_lab_layer(options);
    const std::vector<LabStep> run = run_lab_layer(team, lstm, T);
    reply.set("lstm", gradient_norms(team, lstm, run));
    reply.set("lstmCell", cell_path_norms(run));
  }
  if (request.flag("gru")) {
    options.cell = Cell::gru;
    const LabLayer gru = draw_lab_layer(options);
    reply.set("gru", gradient_norms(team, gru, run_lab_layer(team, gru, T)));
  }
}

}  // namespace recurra::wasm
