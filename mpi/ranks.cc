// SPDX-License-Identifier: Apache-2.0
#include "mpi/ranks.h"

#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <thread>

#include "recurra/base/error.h"
#include "recurra/train/distributed/ranks.h"

namespace recurra {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kSpin = std::chrono::milliseconds(2);  // before a waiting rank yields the processor
constexpr double kGiveUpTime = 5;                     // seconds
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

/// Whether the request is done within so many seconds.
bool is_done(MPI_Request& request, double seconds) {
  const auto start = Clock::now();
  for (int done = 0;;) {
    check(MPI_Test(&request, &done, MPI_STATUS_IGNORE));
    if (done) return true;
    const auto waited = Clock::now() - start;
    if (waited > std::chrono::duration<double>(seconds)) return false;
    if (waited > kSpin) std::this_thread::sleep_for(kNap);
  }
}

void wait(MPI_Request& request) {
  require<IoError>(is_done(request, kRankTimeout), "ranks: another rank has not answered for ", kRankTimeout, " s");
}

/// MPI counts with int.
std::vector<int> counts_of(std::span<const Index> sizes) {
  std::vector<int> out;
  for (const Index size : sizes) {
    require(size <= std::numeric_limits<int>::max(), "ranks: a message of ", size, " numbers is longer than MPI takes");
    out.push_back(static_cast<int>(size));
  }
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
  MpiRanks() {
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    check(MPI_Comm_rank(MPI_COMM_WORLD, &rank_));
    check(MPI_Comm_size(MPI_COMM_WORLD, &size_));
    check(MPI_Comm_dup(MPI_COMM_WORLD, &giving_up_));
  }
  ~MpiRanks() override { MPI_Finalize(); }

  int rank() const override { return rank_; }
  int size() const override { return size_; }

  std::vector<std::string> gather(std::string_view own) override {
    MPI_Request request;
    const auto length = static_cast<std::int64_t>(own.size());
    std::vector<std::int64_t> lengths(static_cast<std::size_t>(size_));
    check(MPI_Iallgather(&length, 1, MPI_INT64_T, lengths.data(), 1, MPI_INT64_T, MPI_COMM_WORLD, &request));
    wait(request);
    const std::vector<int> counts = counts_of(std::vector<Index>(lengths.begin(), lengths.end()));
    const std::vector<int> places = places_of(counts);
    std::string all(static_cast<std::size_t>(places.back() + counts.back()), '\0');
    check(MPI_Iallgatherv(own.data(), static_cast<int>(length), MPI_CHAR, all.data(), counts.data(), places.data(),
                          MPI_CHAR, MPI_COMM_WORLD, &request));
    wait(request);
    std::vector<std::string> out;
    for (std::size_t r = 0; r < counts.size(); ++r)
      out.push_back(all.substr(static_cast<std::size_t>(places[r]), static_cast<std::size_t>(counts[r])));
    return out;
  }

  void exchange(std::span<const float> out, std::span<const Index> out_sizes, std::span<float> in,
                std::span<const Index> in_sizes) override {
    const std::vector<int> out_counts = counts_of(out_sizes), in_counts = counts_of(in_sizes);
    const std::vector<int> out_places = places_of(out_counts), in_places = places_of(in_counts);
    MPI_Request request;
    check(MPI_Ialltoallv(out.data(), out_counts.data(), out_places.data(), MPI_FLOAT, in.data(), in_counts.data(),
                         in_places.data(), MPI_FLOAT, MPI_COMM_WORLD, &request));
    wait(request);
  }

  void wait_for_all() override {
    MPI_Request request;
    check(MPI_Ibarrier(MPI_COMM_WORLD, &request));
    is_done(request, std::numeric_limits<double>::infinity());
  }

  bool all_give_up() override {
    MPI_Request request;
    check(MPI_Ibarrier(giving_up_, &request));
    return is_done(request, kGiveUpTime);
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
  int rank_ = 0, size_ = 1;
  MPI_Comm giving_up_ = MPI_COMM_NULL;  ///< separate, so that its messages match no other call
};

}  // namespace
}  // namespace recurra

recurra::Ranks* recurra_mpi_ranks(char* message, unsigned long size) {
  const auto refuse = [&](const std::string& why) -> recurra::Ranks* {
    if (size > 0) message[std::min<std::size_t>(size - 1, why.copy(message, size - 1))] = '\0';
    return nullptr;
  };
  int level = 0;
  const int code = MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &level);  // only one thread calls MPI
  if (code != MPI_SUCCESS) return refuse(recurra::message_of(code));
  if (level < MPI_THREAD_FUNNELED) return refuse("this MPI cannot be used with threads");
  try {
    return new recurra::MpiRanks;
  } catch (const std::exception& error) {
    return refuse(error.what());
  }
}
