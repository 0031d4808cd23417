// SPDX-License-Identifier: Apache-2.0
// Diagram 8: RNN, GRU and LSTM race on the latch task.
#include <array>

#include "../held.h"
#include "../operations.h"
#include "recurra/train/teaching/latch.h"

namespace recurra::wasm {
namespace {

constexpr Index kMaxSteps = 1000;
constexpr const char* kNames[] = {"rnn", "lstm", "gru"};
constexpr Cell kCells[] = {Cell::rnn_tanh, Cell::lstm, Cell::gru};

using Race = std::array<std::unique_ptr<LatchLearner>, 3>;

Held<Race>& races() {
  static Held<Race> held;
  return held;
}

}  // namespace

void race_start(Context&, const Request& request, Reply& reply) {
  LatchOptions o;
  o.T = request.integer("T", 2, 200);
  const std::vector<double> hidden = request.numbers("hidden", 1, 128, 3, 3);  // of each cell, in the order of kCells
  o.learning_rate = request.number("learningRate", 1e-6, 10);
  o.clip_norm = request.number("clip", 0, 1000);
  o.batch = request.integer("batch", 1, 256);
  o.forget_bias = request.number("forgetBias", -10, 10);
  o.seed = request.seed();
  auto race = std::make_unique<Race>();
  reply.open("parameters");
  for (std::size_t i = 0; i < race->size(); ++i) {
    o.cell = kCells[i];
    o.hidden_size = static_cast<Index>(hidden[i]);
    (*race)[i] = std::make_unique<LatchLearner>(o);
    reply.set(kNames[i], static_cast<double>((*race)[i]->parameter_count()));
  }
  reply.close();
  reply.set("session", static_cast<double>(races().add(std::move(race))));
}

void race_step(Context& context, const Request& request, Reply& reply) {
  const Race& race = races().get(request.integer("session", 1, kMaxNumber), "session");
  const Index steps = request.integer("steps", 1, kMaxSteps);
  std::array<std::vector<double>, 3> lanes[3];  // loss, accuracy, norm, by cell
  for (std::size_t i = 0; i < race.size(); ++i) {
    for (Index step = 0; step < steps; ++step) {
      const LatchStep taken = race[i]->step(context);
      lanes[0][i].push_back(taken.loss);
      lanes[1][i].push_back(taken.accuracy);
      lanes[2][i].push_back(taken.norm_before);
    }
  }
  constexpr const char* kLanes[] = {"loss", "accuracy", "norm"};
  for (std::size_t lane = 0; lane < 3; ++lane) {
    reply.open(kLanes[lane]);
    for (std::size_t i = 0; i < race.size(); ++i) reply.set(kNames[i], lanes[lane][i]);
    reply.close();
  }
  reply.open("diverged");
  for (std::size_t i = 0; i < race.size(); ++i) reply.set_flag(kNames[i], race[i]->diverged());
  reply.close();
  reply.set("step", static_cast<double>(race[0]->steps()));
}

void race_end(Context&, const Request& request, Reply&) {
  races().drop(request.integer("session", 1, kMaxNumber));
}

}  // namespace recurra::wasm
