// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/distributed/share_work.h"

#include "recurra/train/distributed/agreement.h"
#include "recurra/train/distributed/signs_of_life.h"
#include "recurra/train/distributed/waited_time.h"

namespace recurra {
namespace {

constexpr auto kNap = std::chrono::milliseconds(1);
constexpr std::string_view kEnd = "end";  // the last message of a rank, which has heard of all pieces

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

using Heard = std::function<void(Index, const std::string&)>;

/// What all ranks have made so far. A message is a sign of life (empty), "number:what the piece gave", or kEnd.
class Results {
 public:
  Results(Ranks& ranks, Index pieces, const Heard& heard)
      : ranks_(ranks),
        heard_(heard),
        missing_(pieces),
        out_(static_cast<std::size_t>(pieces)),
        others_(static_cast<std::size_t>(ranks.size())) {}

  void add(Index piece, std::string gave) {
    --missing_;
    heard_(piece, out_[static_cast<std::size_t>(piece)] = std::move(gave));
  }

  /// Takes the messages that have arrived from a rank; whether there was one.
  bool take(int rank) {
    bool any = false;
    while (!others_[static_cast<std::size_t>(rank)].ended) {
      const std::optional<std::string> message = ranks_.take_post(rank);
      if (!message) break;
      any = true;
      if (*message == kEnd) {
        others_[static_cast<std::size_t>(rank)].ended = true;
      } else if (!message->empty()) {
        const std::size_t colon = message->find(':');
        add(std::stoll(message->substr(0, colon)), message->substr(colon + 1));
      }
    }
    return any;
  }

  /// Returns when every rank knows all.
  std::vector<std::string> wait() {
    WaitedTime waited;
    double next_sign = 0;
    for (bool told = false; !told || !all_ended();) {
      const double now = waited.seconds();
      for (int r = 0; r < ranks_.size(); ++r) {
        Other& other = others_[static_cast<std::size_t>(r)];
        if (r == ranks_.rank() || other.ended) continue;
        if (take(r)) other.last_s = now;
        require<IoError>(now - other.last_s <= ranks_.timeout_s(), "ranks: rank ", r, " has not answered for ",
                         ranks_.timeout_s(), " s");
      }
      if (missing_ == 0 && !told) {
        ranks_.post(kEnd);
        told = true;
      } else if (!told && now >= next_sign) {
        ranks_.post("");
        next_sign = now + sign_interval_s(ranks_);
      }
      std::this_thread::sleep_for(kNap);
    }
    return std::move(out_);
  }

 private:
  struct Other {
    bool ended = false;
    double last_s = 0;  ///< of its last message, since this rank waits
  };

  bool all_ended() const {
    for (int r = 0; r < ranks_.size(); ++r)
      if (r != ranks_.rank() && !others_[static_cast<std::size_t>(r)].ended) return false;
    return true;
  }

  Ranks& ranks_;
  const Heard& heard_;
  Index missing_;
  std::vector<std::string> out_;
  std::vector<Other> others_;  ///< by rank
};

}  // namespace

std::vector<std::string> share_work(Context& context, std::string_view work, Index pieces,
                                    const std::function<std::string(Index piece)>& piece, const Heard& heard) {
  Ranks* ranks = context.ranks();
  if (!ranks) {
    std::vector<std::string> out;
    for (Index i = 0; i < pieces; ++i) heard(i, out.emplace_back(piece(i)));
    return out;
  }
  require_same_work(*ranks, work);
  Results results(*ranks, pieces, heard);
  {
    const Alone alone(context);
    std::mutex calls;
    const SignsOfLife signs(*ranks, calls);
    for (Index i = ranks->rank(); i < pieces; i += ranks->size()) {
      std::string gave = piece(i);
      const std::lock_guard lock(calls);
      ranks->post(concat(i, ':', gave));
      results.add(i, std::move(gave));
      for (int r = 0; r < ranks->size(); ++r)
        if (r != ranks->rank()) results.take(r);
    }
  }
  return results.wait();
}

}  // namespace recurra
