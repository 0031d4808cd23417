// SPDX-License-Identifier: Apache-2.0
// A net from a PyTorch state_dict in a product, without tape or training: load, step, share, exchange. The blocks of
// docs/how-to/embed-in-cpp.md and stream.md are compiled here. Run it: build/release/examples/embed
// [NET.safetensors [FORECASTER DATA.csv]]; without a file it writes and loads one of its own.
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "recurra/data/csv.h"
#include "recurra/io/safetensors.h"
#include "recurra/io/stepper_file.h"
#include "recurra/nn/init.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"
#include "recurra/nn/stepper.h"
#include "recurra/tasks/forecast/forecaster.h"
#include "recurra/tasks/forecast/stream.h"
#include "recurra/tasks/lm/stream.h"
#include "recurra/tasks/regress/stream.h"

/// The safetensors file that PyTorch would write for an LSTM of 16 units and a dense output.
void write_net(const std::string& path, std::uint64_t seed) {
  const recurra::Recurrent<float> lstm({.cell = recurra::Cell::lstm, .input_size = 1, .hidden_size = 16});
  const recurra::Linear<float> head(16, 1);
  std::vector<recurra::Parameter<float>> parameters;
  lstm.collect("rnn.", parameters);
  head.collect("head.", parameters);
  recurra::initialize(parameters, seed);
  recurra::TensorFile file;
  for (const auto& parameter : parameters) file.tensors.emplace_back(parameter.name, parameter.variable.value());
  recurra::write_safetensors(path, file);
}

/// An amplifier: adds the output of its net to a buffer.
float play(const std::string& path) {
  const recurra::StreamChain chain = recurra::read_stream_chain(path, {.skip = true});
  recurra::Stepper stepper(chain);

  std::vector<float> in(256), out(256);
  for (std::size_t t = 0; t < in.size(); ++t) in[t] = std::sin(0.1f * static_cast<float>(t));
  stepper.step_block(in.data(), out.data(), 256);
  return out.back();
}

float step_by_hand(const recurra::Recurrent<float>& net, const recurra::Linear<float>& head, const float* x) {
  recurra::Stepper stepper(net, head);
  std::span<const float> y = stepper.step(x);
  return y[0];
}

/// 100 voices of one net.
float voices(const recurra::Stepper& stepper) {
  std::vector<recurra::Stepper> voices;
  for (int i = 0; i < 100; ++i) voices.push_back(stepper.clone());
  const float x = 0.5f;
  return voices[99].step(&x)[0];
}

void exchange(recurra::Stepper& playing, const std::string& path) {
  playing.offer(recurra::Stepper(recurra::read_stream_chain(path)));
}

/// A trained forecaster: its forecast at the end of the file, and one row later.
double forecast(const std::string& model_path, const std::string& data_path) {
  recurra::Context context(1);
  const recurra::ForecastModel model = recurra::load_forecaster(model_path);
  const recurra::Series series =
      recurra::make_series(recurra::read_csv_file(data_path), {.columns = model.options.targets});
  const recurra::Forecast next = recurra::forecast_next(context, model, series);
  std::printf("forecast: %.4f\n", next.values[0][0]);

  recurra::ForecastStream stream = recurra::stream(model, series);
  stream.push(std::vector<double>{17.5});
  const double ahead = stream.forecast().values[0][0];
  return ahead;
}

/// A trained regressor: hours of life left, after each reading of the sensors.
double hours_left(const std::string& model_path, const std::vector<std::vector<float>>& rows) {
  const recurra::RegressModel regressor = recurra::load_regressor(model_path);
  double hours = 0;

  recurra::SequenceStream stream = recurra::stream(regressor);
  for (const std::vector<float>& row : rows) hours = stream.push(row).front();
  return hours;
}

/// The scores of each token to come next, by a trained language model.
std::vector<float> next_token(const recurra::LmModel& model) {
  std::span<const float> logits;

  recurra::Stepper stepper = recurra::stream(model);
  for (const recurra::Index id : model.vocabulary->encode("To be", "prompt")) {
    const auto token = static_cast<float>(id);
    logits = stepper.step(&token);
  }

  return {logits.begin(), logits.end()};
}

int main(int argc, char** argv) {
  const std::string path = argc > 1 ? argv[1] : "embed_net.safetensors";
  if (argc < 2) write_net(path, 1);
  std::printf("after a buffer of a tone: %.4f\n", static_cast<double>(play(path)));
  recurra::Stepper stepper(recurra::read_stream_chain(path));
  std::printf("of the 100th voice: %.4f\n", static_cast<double>(voices(stepper)));
  exchange(stepper, path);
  const float x = 0.5f;
  std::printf("after the exchange: %.4f\n", static_cast<double>(stepper.step(&x)[0]));
  if (argc == 4) std::printf("and after 17.5: %.4f\n", forecast(argv[2], argv[3]));
  const recurra::Recurrent<float> net({.cell = recurra::Cell::gru, .input_size = 1, .hidden_size = 8});
  std::printf("of a net without weights: %.1f\n", static_cast<double>(step_by_hand(net, {8, 1}, &x)));
}
