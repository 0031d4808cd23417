// SPDX-License-Identifier: Apache-2.0
// Which units of a language model follow features of the text: quotes, line ends, indentation. Found by the correlation
// of each unit's memory (LSTM: c; else h) with each feature. Source: after Karpathy, Johnson, Li 2015, who found such
// cells by inspection. Example:
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
  std::vector<UnitMatch> best;  ///< by absolute correlation, at most three
  /// Activation of the best unit after each token of UnitStudy::sample, between -1 and 1 (for c its tanh).
  std::vector<double> activations;
};

struct UnitStudy {
  Index tokens = 0;                    ///< number read
  std::vector<FeatureUnits> features;  ///< those that vary in the text
  std::vector<std::string> sample;     ///< tokens of the beginning
};

/// Reads at most most_tokens from the test part (from the whole text if that is empty).
/// Errors: ValueError for a model of frames, or a text below three tokens. Cost: one step of the net per token.
UnitStudy study_units(Context& context, const LmModel& model, const LmText& text, Index most_tokens = 20'000);

}  // namespace recurra
