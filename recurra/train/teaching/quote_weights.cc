// SPDX-License-Identifier: Apache-2.0
// Written by tools/train_quotes; do not edit.
#include "recurra/train/teaching/quote_net.h"

namespace recurra {

const float quote_weights[kQuoteWeights] = {};

}  // namespace recurra
