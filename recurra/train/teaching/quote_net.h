// SPDX-License-Identifier: Apache-2.0
// A tiny trained LSTM (four units) that reads text and says after each character whether it is inside quotation marks,
// with every gate of every step, and any gate held at a value from some step on. Its weights are in quote_weights.cc,
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

/// What the net sees of a character, one of five: the quotation mark, a letter, a digit, a space, anything else.
inline constexpr Index kQuoteInputs = 5, kQuoteUnits = 4;

/// One row for each code point, [T, 5] one-hot; anything beyond ASCII is a letter.
Tensor<double> quote_inputs(std::string_view utf8);
/// [T] 1 where the text is inside quotes after the character, else 0: what the net was taught.
Tensor<double> quote_truth(std::string_view utf8);

/// Holds one gate of all units at `value` from step `from` on, up to step `to`: in [0, 1], the candidate in [-1, 1].
struct GateClamp {
  LstmGate gate = kForget;
  double value = 0;
  Index from = 0;
  Index to = std::numeric_limits<Index>::max();  ///< the first step that is free again
};

struct QuoteTrace {
  Tensor<double> i, f, g, o, c, h;  ///< [T, 4]
  Tensor<double> inside;            ///< [T] probability
};

/// Errors: ValueError for an empty text, or a clamp outside its range.
QuoteTrace trace_quotes(Context& context, std::string_view utf8, const std::optional<GateClamp>& clamp);

/// The trained numbers: W [16, 5], U [16, 4], b [16], then the head's weight [4] and bias [1], row-major.
inline constexpr Index kQuoteWeights = 16 * kQuoteInputs + 16 * kQuoteUnits + 16 + kQuoteUnits + 1;
extern const float quote_weights[kQuoteWeights];

}  // namespace recurra
