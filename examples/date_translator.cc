// SPDX-License-Identifier: Apache-2.0
// An encoder-decoder learns to translate dates as people write them to ISO 8601. It generates its own
// pairs, trains for some seconds, and translates unseen dates.
#include <iostream>

#include "recurra/base/random.h"
#include "recurra/tasks/seq2seq/evaluation.h"

using namespace recurra;

namespace {

const std::vector<std::string> kMonths = {"January", "February", "March",     "April",   "May",      "June",
                                          "July",    "August",   "September", "October", "November", "December"};

std::string two_digits(std::uint64_t n) {
  return (n < 10 ? "0" : "") + std::to_string(n);
}

/// "November 24, 2026", "24 Nov 2026" or "24.11.2026", and "2026-11-24".
TextPair random_date(Random& random) {
  const auto year = 1900 + random.below(200), month = random.below(12), day = 1 + random.below(28);
  const std::string& name = kMonths[month];
  const std::string texts[] = {concat(name, ' ', day, ", ", year), concat(day, ' ', name.substr(0, 3), ' ', year),
                               concat(day, '.', month + 1, '.', year)};
  return {texts[random.below(3)], concat(year, '-', two_digits(month + 1), '-', two_digits(day))};
}

}  // namespace

int main() {
  Random random(/*seed=*/1, stream_id("dates"));
  Seq2SeqData data{{}, {}, "dates"};
  for (int i = 0; i < 4000; ++i) data.training.push_back(random_date(random));

  Seq2SeqOptions options;
  options.hidden = 48;
  options.embedding = 24;
  options.train.epochs = 12;
  options.train.optimizer.learning_rate = 5e-3;
  Context context(available_processors());
  const TrainedSeq2Seq trained = train_seq2seq(context, data, options);

  const auto scores = evaluate_seq2seq(context, trained.model, trained.validation, trained.training, {});
  std::cout << "exact on dates it has not seen: " << 100 * scores.net.exact_match()
            << " %, by looking the nearest up: " << 100 * scores.baseline->exact_match() << " %\n";
  const std::vector<std::string> dates = {"November 24, 2026", "3 Feb 1999", "17.6.2031"};
  const Translations found = translate(context, trained.model, dates, {.beam = 3});
  for (std::size_t i = 0; i < dates.size(); ++i) std::cout << dates[i] << " -> " << found.targets[i][0].text << '\n';
  return scores.net.exact_match() > 0.9 ? 0 : 1;
}
