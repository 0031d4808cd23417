// SPDX-License-Identifier: Apache-2.0
// Which units of a language model follow what a reader keeps in mind: quotes, line ends, indentation. Found by the
// correlation of each unit's memory (LSTM: c; else h) with each feature of the text. Source: the idea is Karpathy,
// Johnson, Li 2015, who found such cells by eye. Example:
//
//   auto look = [](const recurra::LmModel& model, const recurra::LmText& text) {
//     recurra::Context two(2);
//     return recurra::study_units(two, model, text).features;
//   };
#pragma once

#include "recurra/tasks/lm/language_model.h"

namespace recurra {

struct UnitMatch {
  Index layer = 0, unit = 0;  ///< from 0
  double correlation = 0;     ///< Pearson's
};

struct FeatureUnits {
  std::string feature;
  std::vector<UnitMatch> best;  ///< by size of the correlation, at most three
  /// Of the best unit, after each token of UnitStudy::sample, between -1 and 1 (c through tanh).
  std::vector<double> activations;
};

struct UnitStudy {
  Index tokens = 0;                    ///< that were read
  std::vector<FeatureUnits> features;  ///< those that vary in the text
  std::vector<std::string> sample;     ///< tokens of the beginning
};

/// Reads at most most_tokens from the test part (the whole text where that is empty).
/// Errors: ValueError for a model of frames, or a text below three tokens. Cost: a step of the net a token.
UnitStudy study_units(Context& context, const LmModel& model, const LmText& text, Index most_tokens = 20'000);

}  // namespace recurra
