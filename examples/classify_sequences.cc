// SPDX-License-Identifier: Apache-2.0
// Labels sequences of unequal length: slow and fast waves in noise. Run it: build/release/examples/classify_sequences
#include <cmath>
#include <cstdio>

#include "recurra/tasks/classify/evaluate.h"

using namespace recurra;

LabelledSequences waves(Index count, std::uint64_t seed) {
  LabelledSequences set{"waves", {"height"}, Sequences<float>(1), {}, {}, {}};
  Random random(seed, stream_id("waves"));
  for (Index i = 0; i < count; ++i) {
    const bool fast = i % 2 == 1;
    const double phase = random.uniform(0, 6.28);
    std::vector<float> steps(10 + random.below(30));
    for (std::size_t t = 0; t < steps.size(); ++t)
      steps[t] =
          static_cast<float>(std::sin((fast ? 0.9 : 0.6) * static_cast<double>(t) + phase) + random.normal(0, 0.3));
    set.add(concat("wave ", i), fast ? "fast" : "slow", steps);
  }
  return set;
}

int main() {
  Context context(available_processors());
  const LabelledSequences train = waves(200, 1), test = waves(200, 2);

  ClassifyOptions options;
  options.cell = Cell::gru;
  options.hidden = 16;
  options.readout = SequenceReadout::mean;
  options.train.epochs = 40;
  const TrainedClassifier trained = train_classifier(context, train, {}, options);
  for (const auto& note : trained.notes) std::printf("note: %s\n", note.c_str());

  const ClassifyEvaluation evaluation = evaluate_classifier(context, trained.model, test, &train);
  for (const ClassifyScore& method : evaluation.methods)
    std::printf("%-16s accuracy %.3f\n", method.name.c_str(), method.confusion.accuracy());

  const Tensor<float> p = classify(context, trained.model, test);
  for (Index i = 0; i < 3; ++i)
    std::printf("%s: %s with probability %.2f\n", test.ids[static_cast<std::size_t>(i)].c_str(),
                trained.model.classes[static_cast<std::size_t>(best_class(p, i))].c_str(),
                static_cast<double>(p.at({i, best_class(p, i)})));
}
