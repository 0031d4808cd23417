// SPDX-License-Identifier: Apache-2.0
#include "mpi/ranks.h"

#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <list>
#include <thread>

#include "recurra/base/error.h"
#include "recurra/train/distributed/ranks.h"
#include "recurra/train/distributed/waited_time.h"

namespace recurra {
namespace {

constexpr double kSpin = 0.002;    // seconds, before a waiting rank yields the processor
constexpr double kGiveUpTime = 5;  // seconds
constexpr auto kNap = std::chrono::microseconds(100);

std::string message_of(int code) {
  char text[MPI_MAX_ERROR_STRING];
  int length = 0;
  MPI_Error_string(code, text, &length);
  return {text, static_cast<std::size_t>(length)};
}

void check(int code) {
  if (code != MPI_SUCCESS) throw IoError("ranks: " + message_of(code));
}

/// Whether the requests are done within so many seconds.
bool are_done(std::span<MPI_Request> requests, double seconds) {
  WaitedTime waited;
  for (int done = 0;;) {
    check(MPI_Testall(static_cast<int>(requests.size()), requests.data(), &done, MPI_STATUSES_IGNORE));
    if (done) return true;
    if (waited.seconds() > seconds) return false;
    if (waited.seconds() > kSpin) std::this_thread::sleep_for(kNap);
  }
}

/// MPI counts with int.
int count_of(Index size) {
  require(size <= std::numeric_limits<int>::max(), "ranks: a message of ", size, " numbers is longer than MPI takes");
  return static_cast<int>(size);
}

std::vector<int> counts_of(std::span<const Index> sizes) {
  std::vector<int> out;
  for (const Index size : sizes) out.push_back(count_of(size));
  return out;
}

std::vector<int> places_of(const std::vector<int>& counts) {
  std::vector<int> out;
  Index place = 0;
  for (const int count : counts) {
    require(place <= std::numeric_limits<int>::max(), "ranks: a message is longer than MPI takes");
    out.push_back(static_cast<int>(place));
    place += count;
  }
  return out;
}

class MpiRanks : public Ranks {
 public:
  explicit MpiRanks(double timeout_s) : Ranks(timeout_s) {
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    check(MPI_Comm_rank(MPI_COMM_WORLD, &rank_));
    check(MPI_Comm_size(MPI_COMM_WORLD, &size_));
    check(MPI_Comm_dup(MPI_COMM_WORLD, &giving_up_));
    check(MPI_Comm_dup(MPI_COMM_WORLD, &posts_));
  }
  ~MpiRanks() override { MPI_Finalize(); }

  int rank() const override { return rank_; }
  int size() const override { return size_; }

  std::vector<std::string> gather(std::string_view own) override {
    // Each sends its length and what fits beside it; more follows only if it does not.
    constexpr std::size_t kBeside = 248;
    struct Head {
      Index length = 0;
      char text[kBeside] = {};
    };
    Head head;
    head.length = std::ssize(own);
    own.copy(head.text, kBeside);
    std::vector<Head> heads(static_cast<std::size_t>(size_));
    MPI_Request request;
    check(MPI_Iallgather(&head, sizeof head, MPI_BYTE, heads.data(), sizeof head, MPI_BYTE, MPI_COMM_WORLD, &request));
    wait(request);
    std::vector<Index> lengths;
    std::vector<std::string> out;
    for (const Head& one : heads) {
      lengths.push_back(one.length);
      out.emplace_back(one.text, std::min(static_cast<std::size_t>(one.length), kBeside));
    }
    if (*std::max_element(lengths.begin(), lengths.end()) <= static_cast<Index>(kBeside)) return out;
    const std::vector<int> counts = counts_of(lengths), places = places_of(counts);
    std::string all(static_cast<std::size_t>(places.back() + counts.back()), '\0');
    check(MPI_Iallgatherv(own.data(), count_of(head.length), MPI_CHAR, all.data(), counts.data(), places.data(),
                          MPI_CHAR, MPI_COMM_WORLD, &request));
    wait(request);
    for (std::size_t r = 0; r < counts.size(); ++r)
      out[r] = all.substr(static_cast<std::size_t>(places[r]), static_cast<std::size_t>(counts[r]));
    return out;
  }

  void exchange(std::span<const Piece<const float>> out, std::span<const Piece<float>> in) override {
    std::vector<MPI_Request> requests;
    for (const auto& [rank, values] : in)
      check(MPI_Irecv(values.data(), count_of(std::ssize(values)), MPI_FLOAT, rank, 0, MPI_COMM_WORLD,
                      &requests.emplace_back()));
    for (const auto& [rank, values] : out)
      check(MPI_Isend(values.data(), count_of(std::ssize(values)), MPI_FLOAT, rank, 0, MPI_COMM_WORLD,
                      &requests.emplace_back()));
    wait(requests);
  }

  void post(std::string_view message) override {
    forget_sent();
    Sent& sent = sent_.emplace_back();
    sent.message = message;
    const int length = count_of(std::ssize(message));
    for (int r = 0; r < size_; ++r)
      if (r != rank_)
        check(MPI_Isend(sent.message.data(), length, MPI_CHAR, r, 0, posts_, &sent.requests.emplace_back()));
  }

  std::optional<std::string> take_post(int rank) override {
    forget_sent();
    int found = 0, length = 0;
    MPI_Status status;
    check(MPI_Iprobe(rank, 0, posts_, &found, &status));
    if (!found) return std::nullopt;
    check(MPI_Get_count(&status, MPI_CHAR, &length));
    std::string message(static_cast<std::size_t>(length), '\0');
    MPI_Request request;
    check(MPI_Irecv(message.data(), length, MPI_CHAR, rank, 0, posts_, &request));
    wait(request);
    return message;
  }

  bool all_give_up() override {
    MPI_Request request;
    check(MPI_Ibarrier(giving_up_, &request));
    return are_done({&request, 1}, kGiveUpTime);
  }
  void end_all() override { MPI_Abort(MPI_COMM_WORLD, 1); }

  void share_parts(std::span<float> values) override {
    std::vector<Index> sizes;
    for (int r = 0; r < size_; ++r) {
      const Share held = part(static_cast<Index>(values.size()), r);
      sizes.push_back(held.end - held.begin);
    }
    const std::vector<int> counts = counts_of(sizes), places = places_of(counts);
    MPI_Request request;
    check(MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, values.data(), counts.data(), places.data(), MPI_FLOAT,
                          MPI_COMM_WORLD, &request));
    wait(request);
  }

 private:
  /// A message that was posted, until MPI has sent it.
  struct Sent {
    std::string message;
    std::vector<MPI_Request> requests;
  };

  void wait(std::span<MPI_Request> requests) const {
    require<IoError>(are_done(requests, timeout_s()), "ranks: another rank has not answered for ", timeout_s(), " s");
  }
  void wait(MPI_Request& request) const { wait({&request, 1}); }

  void forget_sent() {
    for (auto one = sent_.begin(); one != sent_.end();) {
      int done = 0;
      check(MPI_Testall(static_cast<int>(one->requests.size()), one->requests.data(), &done, MPI_STATUSES_IGNORE));
      one = done ? sent_.erase(one) : std::next(one);
    }
  }

  int rank_ = 0, size_ = 1;
  MPI_Comm giving_up_ = MPI_COMM_NULL, posts_ = MPI_COMM_NULL;  ///< separate, so that messages match no other call
  std::list<Sent> sent_;
};

}  // namespace
}  // namespace recurra

recurra::Ranks* recurra_mpi_ranks(double timeout_s, char* message, unsigned long size) {
  const auto refuse = [&](const std::string& why) -> recurra::Ranks* {
    if (size > 0) message[std::min<std::size_t>(size - 1, why.copy(message, size - 1))] = '\0';
    return nullptr;
  };
  int level = 0;
  const int code = MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &level);  // one thread at a time
  if (code != MPI_SUCCESS) return refuse(recurra::message_of(code));
  if (level < MPI_THREAD_SERIALIZED) return refuse("this MPI cannot be used with threads");
  try {
    return new recurra::MpiRanks(timeout_s);
  } catch (const std::exception& error) {
    return refuse(error.what());
  }
}
