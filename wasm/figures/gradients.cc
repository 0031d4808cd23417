// SPDX-License-Identifier: Apache-2.0
#include "../operations.h"
#include "recurra/train/teaching/gradient_lab.h"

namespace recurra::wasm {
namespace {

LabOptions lab_options(const Request& request) {
  LabOptions o;
  o.hidden_size = request.integer("H", 2, 64);
  o.init = request.choice<LabInit>("init", {{"orthogonal", LabInit::orthogonal},
                                            {"pytorch", LabInit::pytorch},
                                            {"identity", LabInit::identity},
                                            {"nonnormal", LabInit::nonnormal}});
  o.gain = request.number("g", 0.1, 5);
  o.input_strength = request.number("s", 0, 10);
  o.forget_bias = request.number("forgetBias", -10, 10);
  o.seed = request.seed();
  return o;
}

void set_spectrum(Reply& reply, const Spectrum& spectrum) {
  reply.open("spectrum");
  reply.set("rhoLine", spectrum.rho_line);
  reply.set("bound", spectrum.bound);
  reply.set("eigenvalues", spectrum.eigenvalues);
  reply.set("singularValues", spectrum.singular_values);
  reply.set("slope", spectrum.derivatives.mean);
  reply.set("rho", spectrum.rho);
  reply.set("sigma1", spectrum.sigma1);
  reply.set("maxSlope", spectrum.derivatives.largest);
  reply.close();
}

}  // namespace

void gradients(Context& context, const Request& request, Reply& reply) {
  const Index T = request.integer("T", 1, 200);
  LabOptions options = lab_options(request);
  const Cell rnn = request.choice<Cell>(
      "activation", {{"linear", Cell::rnn_linear}, {"tanh", Cell::rnn_tanh}, {"relu", Cell::rnn_relu}});
  options.cell = request.choice<Cell>("cell", {{"rnn", rnn}, {"lstm", Cell::lstm}, {"gru", Cell::gru}});
  const LabLayer layer = draw_lab_layer(options);
  const std::vector<LabStep> steps = run_lab_layer(context, layer, T);
  reply.set("norms", gradient_norms(context, layer, steps));
  if (options.cell == Cell::lstm) reply.set("cellPath", cell_path_norms(steps));
  if (options.cell == rnn) set_spectrum(reply, lab_spectrum(layer, steps));
}

}  // namespace recurra::wasm
