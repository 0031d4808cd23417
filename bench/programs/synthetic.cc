// SPDX-License-Identifier: Apache-2.0
// Trains one net on a synthetic long-range problem and prints a JSON line: the loss on unseen sequences, the fraction
// of correct answers, and the score of an answer without memory. Resumes from its checkpoint if there is one.
// Run it: build/release/bench/recurra_synthetic adding --steps 600 --cell gru --checkpoint adding.checkpoint
#include <CLI/CLI.hpp>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "recurra/simd/isa.h"
#include "recurra/tasks/synthetic/problem.h"

namespace recurra {
namespace {

struct Flags {
  SyntheticOptions options;
  std::string problem, cell = "gru", checkpoint;
  double forget_bias = NAN, enough = 0, minutes = INFINITY;
  int threads = 0;

  void add_to(CLI::App& app) {
    SyntheticOptions& o = options;
    o.hidden = 128;
    app.add_option("problem", problem)->required()->check(CLI::IsMember(synthetic_names().names()));
    app.add_option("--steps", o.steps, "Length of a sequence; copy memory: the delay")->capture_default_str();
    app.add_option("--cell", cell)->check(CLI::IsMember(cell_names().names()))->capture_default_str();
    app.add_option("--hidden", o.hidden)->capture_default_str();
    app.add_option("--chrono", o.init.chrono_steps, "Chrono initialisation for memories of up to N steps");
    app.add_option("--forget-bias", forget_bias, "Sum of the forget gate's biases at the start");
    app.add_option("--lr", o.train.optimizer.learning_rate)->capture_default_str();
    app.add_option("--batch", o.train.batch_size)->capture_default_str();
    app.add_option("--epochs", o.train.epochs)->capture_default_str();
    app.add_option("--items", o.training_items, "Training sequences of an epoch")->capture_default_str();
    app.add_option("--enough", enough, "Stop once the loss on unseen sequences is at most this")->capture_default_str();
    app.add_option("--minutes", minutes,
                   "Stop after the epoch in which so many minutes of processor time are over, all threads together; "
                   "a run that goes on counts anew");
    app.add_option("--seed", o.seed)->capture_default_str();
    app.add_option("--threads", threads, "Default: all processors");
    app.add_option("--checkpoint", checkpoint, "Checkpoint from which an interrupted run resumes");
  }
};

/// Prints each epoch, and stops when the loss is low enough or the time is over.
struct Watch : TrainObserver {
  Watch(double least, double minutes) : enough(least), allowed(60 * minutes) {}
  void on_epoch(const EpochRecord& r, bool) override {
    std::cerr << "epoch " << r.epoch << "  validation " << r.validation_loss << "  " << r.seconds << " s" << std::endl;
    reached = r.validation_loss <= enough || processor_seconds() - start >= allowed;
  }
  bool stop_requested() override { return reached; }
  /// A clock on the wall would give a net less of a machine that does other work beside it.
  static double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }
  double enough, allowed;  ///< allowed: seconds
  double start = processor_seconds();
  bool reached = false;
};

int run(Flags& flags) {
  SyntheticOptions& o = flags.options;
  o.kind = parse_name(synthetic_names(), flags.problem);
  o.cell = parse_name(cell_names(), flags.cell);
  if (!std::isnan(flags.forget_bias)) o.init.forget_bias = flags.forget_bias;
  o.train.seed = o.seed;
  o.train.patience = 0;
  o.train.checkpoint = flags.checkpoint;
  nlohmann::json net;
  OptionTable table;
  add_net_options(table, o);
  table.write(net);
  o.train.settings = {{"problem", flags.problem}, {"steps", std::to_string(o.steps)}, {"net", net.dump()}};
  Context context(flags.threads > 0 ? flags.threads : available_processors());
  SyntheticProblem problem(o);
  Watch watch(flags.enough, flags.minutes);
  const bool resume = !flags.checkpoint.empty() && std::filesystem::exists(flags.checkpoint);
  const TrainResult result = train(context, problem, o.train, &watch, resume ? flags.checkpoint : "");
  double seconds = 0;
  for (const EpochRecord& record : result.history) seconds += record.seconds;
  std::cout << nlohmann::json({{"problem", flags.problem},
                               {"steps", o.steps},
                               {"cell", flags.cell},
                               {"hidden", o.hidden},
                               {"parameters", problem.parameters().values().size()},
                               {"chrono", o.init.chrono_steps},
                               {"seed", o.seed},
                               {"loss", *problem.validation_loss(context)},
                               {"solved", problem.solved(context)},
                               {"baseline", problem.baseline()},
                               {"epochs", result.history.back().epoch},
                               {"seconds", seconds},
                               {"isa", isa_in_use()}})
            << std::endl;
  return 0;
}

}  // namespace
}  // namespace recurra

int main(int argc, char** argv) {
  CLI::App app("Trains one net on one made-up long-range problem");
  recurra::Flags flags;
  flags.add_to(app);
  CLI11_PARSE(app, argc, argv);
  try {
    return recurra::run(flags);
  } catch (const std::exception& error) {
    std::cerr << "recurra_synthetic: " << error.what() << '\n';
    return 1;
  }
}
