// SPDX-License-Identifier: Apache-2.0
// A tiny trained LSTM (four units) that reads text and predicts after each character whether it is inside quotation
// marks, with every gate of every step; any gate can be clamped from some step on. Its weights are in quote_weights.cc,
// written by tools/train_quotes. For lessons. Example:
//
//   const recurra::QuoteTrace free = recurra::trace_quotes(context, "say \"yes\" now", {});
//   const recurra::GateClamp shut{recurra::kForget, 0.0, /*from=*/6};
//   const recurra::QuoteTrace held = recurra::trace_quotes(context, "say \"yes\" now", shut);      // forgets at step 6
#pragma once

#include <limits>
#include <optional>
#include <string_view>

#include "recurra/base/context.h"
#include "recurra/kernels/cell.h"
#include "recurra/tensor/tensor.h"

namespace recurra {

/// Input classes of characters: the quotation mark, a letter, a digit, a space, anything else.
inline constexpr Index kQuoteInputs = 5, kQuoteUnits = 4;

/// One row for each code point, [T, 5] one-hot; anything beyond ASCII is a letter.
Tensor<double> quote_inputs(std::string_view utf8);
/// [T] 1 where the text is inside quotes after the character, else 0: the target of the training.
Tensor<double> quote_truth(std::string_view utf8);

/// Clamps one gate of all units to `value` in steps [from, to): in [0, 1], the candidate in [-1, 1].
struct GateClamp {
  LstmGate gate = kForget;
  double value = 0;
  Index from = 0;
  Index to = std::numeric_limits<Index>::max();  ///< the first step that is not clamped any more
};

struct QuoteTrace {
  Tensor<double> i, f, g, o, c, h;  ///< [T, 4]
  Tensor<double> inside;            ///< [T] probability
};

/// Errors: ValueError for an empty text, or a clamp outside its range.
QuoteTrace trace_quotes(Context& context, std::string_view utf8, const std::optional<GateClamp>& clamp);

/// The trained weights: W [16, 5], U [16, 4], b [16], then the head's weight [4] and bias [1], row-major.
inline constexpr Index kQuoteWeights = 16 * kQuoteInputs + 16 * kQuoteUnits + 16 + kQuoteUnits + 1;
extern const float quote_weights[kQuoteWeights];

}  // namespace recurra
