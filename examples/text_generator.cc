// SPDX-License-Identifier: Apache-2.0
// A language model of characters in a few lines: trains on a text, compares it with n-grams, and generates text, shown
// as it is generated. Run it: build/release/examples/text_generator play.txt "ROMEO:"
#include <cstdio>

#include "recurra/data/text_file.h"
#include "recurra/tasks/lm/evaluate.h"
#include "recurra/tasks/lm/generate.h"

using namespace recurra;

struct PrintEpochs : TrainObserver {
  void on_epoch(const EpochRecord& r, bool) override {
    std::printf("epoch %2d  training %.3f  validation %.3f nats a character\n", static_cast<int>(r.epoch), r.train_loss,
                r.validation_loss);
  }
};

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: text_generator TEXT [PROMPT [EPOCHS]]\n");
    return 2;
  }
  try {
    Context context(available_processors());
    LmOptions options;
    options.cell = Cell::gru;
    options.hidden = 128;
    options.train.batch_size = 8;
    options.train.optimizer.learning_rate = 5e-3;
    options.train.epochs = argc > 3 ? std::stoll(argv[3]) : 20;

    const LmText text = prepare_text(read_text_file(argv[1], std::uint64_t{1} << 32), argv[1], options);
    PrintEpochs observer;
    const LmModel model = train_lm(context, text, options, &observer).model;
    for (const LmScore& score : evaluate_lm(context, model, text).methods)
      std::printf("%-8s %.3f nats a character on the unseen last part\n", score.name.c_str(), score.nats);

    const Vocabulary& vocabulary = *model.vocabulary;
    TextGenerator generator(context, model, {.temperature = 0.8}, /*seed=*/1);
    std::string written = argc > 2 ? argv[2] : "";
    generator.read(vocabulary.encode(written, "the prompt"));
    std::printf("%s", written.c_str());
    for (int i = 0; i < 400; ++i) {
      const std::size_t shown = written.size();
      vocabulary.append(generator.next(), written);
      std::printf("%s", written.c_str() + shown);
      std::fflush(stdout);
    }
    std::printf("\n");
  } catch (const Error& error) {
    std::fprintf(stderr, "text_generator: %s\n", error.what());
    return 1;
  }
}
