// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/distributed/share_work.h"

#include <algorithm>

#include "recurra/train/distributed/agreement.h"

namespace recurra {
namespace {

/// A context without its ranks, for a while.
class Alone {
 public:
  explicit Alone(Context& context) : context_(context), ranks_(context.ranks()) { context.set_ranks(nullptr); }
  ~Alone() { context_.set_ranks(ranks_); }
  Alone(const Alone&) = delete;
  Alone& operator=(const Alone&) = delete;

 private:
  Context& context_;
  Ranks* ranks_;
};

}  // namespace

std::vector<std::string> share_work(Context& context, std::string_view work, Index pieces,
                                    const std::function<std::string(Index piece)>& piece) {
  Ranks* ranks = context.ranks();
  const Index size = ranks ? ranks->size() : 1, own = ranks ? ranks->rank() : 0;
  if (ranks) require_same_work(*ranks, work);
  std::vector<std::string> out(static_cast<std::size_t>(pieces));
  {
    const Alone alone(context);
    for (Index i = own; i < pieces; i += size) out[static_cast<std::size_t>(i)] = piece(i);
  }
  if (!ranks) return out;
  ranks->wait_for_all();
  for (Index begin = 0; begin < pieces; begin += size) {
    const Index mine = begin + own;
    const auto said = ranks->gather(mine < pieces ? out[static_cast<std::size_t>(mine)] : std::string());
    for (Index i = begin; i < std::min(pieces, begin + size); ++i)
      out[static_cast<std::size_t>(i)] = said[static_cast<std::size_t>(i - begin)];
  }
  return out;
}

}  // namespace recurra
