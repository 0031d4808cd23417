// SPDX-License-Identifier: Apache-2.0
// Pieces of work that know nothing of one another, divided among ranks: trials of a search, runs of a comparison.
// Example:
//
//   recurra::Context context(2);
//   const std::vector<std::string> squares = recurra::share_work(
//       context, "squares", 3, [](recurra::Index piece) { return std::to_string(piece * piece); });  // "0", "1", "4"
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "recurra/base/context.h"
#include "recurra/train/distributed/ranks.h"

namespace recurra {

/// What each piece gave, in their order and on every rank. Rank r of N does pieces r, r + N, ... by itself: meanwhile
/// the context has no ranks. A context without ranks does all. `work` says in full or by a digest what all ranks are to
/// do alike. Ranks wait for the slowest however long that takes.
/// Errors: ValueError on every rank where `work`, version or instruction set differ; as `piece`, on that rank alone.
std::vector<std::string> share_work(Context& context, std::string_view work, Index pieces,
                                    const std::function<std::string(Index piece)>& piece);

}  // namespace recurra
