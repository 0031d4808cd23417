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
/// do alike. `heard` is called once for each piece on every rank, in any order: for its own piece at once, for those of
/// others between its pieces and while it waits.
/// Ranks wait for the slowest however long that takes, if it gives signs of life (signs_of_life.h).
/// Errors: ValueError on every rank where `work`, version or instruction set differ; as `piece`, on that rank alone;
/// IoError on the ranks that wait for one that was silent for timeout_s().
std::vector<std::string> share_work(
    Context& context, std::string_view work, Index pieces, const std::function<std::string(Index piece)>& piece,
    const std::function<void(Index piece, const std::string& gave)>& heard = [](Index, const std::string&) {});

}  // namespace recurra
