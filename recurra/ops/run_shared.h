// SPDX-License-Identifier: Apache-2.0
// Runs a share of the work on each member of a team, or all of it on the caller if waking the team costs more than it
// saves. Only ops/ needs it. Example:
//
//   std::vector<int> squares(100);
//   recurra::ops::run_shared(context, 100, [&](int thread, int threads) {
//     for (auto [i, end] = recurra::share(100, thread, threads); i < end; ++i) squares[i] = static_cast<int>(i * i);
//   });
#pragma once

#include "recurra/base/context.h"
#include "recurra/base/denormals.h"

namespace recurra::ops {

/// Multiply-adds below which one thread is as fast. A rule on sizes alone, so results repeat.
inline constexpr std::int64_t kWorthTheTeam = 1 << 17;

/// Calls fn(thread, threads) as ThreadTeam::run does; with (0, 1) if `work` multiply-adds are too few to share.
/// Denormals are flushed while it runs.
template <class Fn>
void run_shared(Context& context, std::int64_t work, Fn fn) {
  if (context.threads() > 1 && work >= kWorthTheTeam) return context.team().run(fn);
  const FlushDenormals flush;
  fn(0, 1);
}

/// Inside run_shared: returns when all its threads have arrived.
inline void barrier(Context& context, int threads) {
  if (threads > 1) context.team().barrier();
}

}  // namespace recurra::ops
