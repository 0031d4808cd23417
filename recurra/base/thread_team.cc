// SPDX-License-Identifier: Apache-2.0
#include "recurra/base/thread_team.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <sched.h>
#endif

#include "recurra/base/denormals.h"
#include "recurra/base/error.h"

namespace recurra {
namespace {

// About 20 us of spinning: longer than a step of a small net, too short to waste noticeable time.
constexpr int kSpins = 4096;

void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

template <class Done>
void spin_then_yield(Done done) {
  for (int spin = 0; !done(); ++spin) {
    if (spin < kSpins)
      relax();
    else
      std::this_thread::yield();
  }
}

/// Whether there is memory for the work itself. A thread may have failed to start because of a limit on memory that
/// the stacks of the others have used up.
bool has_room() {
  constexpr std::size_t kRoom = std::size_t{64} << 20;
  void* const room = ::operator new(kRoom, std::nothrow);
  ::operator delete(room);
  return room != nullptr;
}

}  // namespace

Share share(std::int64_t count, int thread, int threads, std::int64_t grain) {
  const std::int64_t grains = (count + grain - 1) / grain;
  const auto bound = [&](int part) { return std::min(count, grains * part / threads * grain); };
  return {bound(thread), bound(thread + 1)};
}

struct ThreadTeam::Impl {
  int threads = 1;
  std::string note;
  std::vector<std::thread> workers;

  // A worker spins for a moment after its work and sleeps on the condition variable after that.
  std::mutex mutex;
  std::condition_variable wake;
  std::atomic<unsigned> generation{0};
  std::atomic<bool> stop{false};
  std::atomic<int> running{0};
  void (*call)(void*, int, int) = nullptr;
  void* fn = nullptr;

  std::atomic<int> arrived{0};
  std::atomic<unsigned> phase{0};

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    stop.store(true, std::memory_order_relaxed);
    post();
    for (auto& worker : workers) worker.join();
  }

  /// Starts `wanted` threads, or as many as the system allows, and returns the reason if there are fewer.
  std::string start(int wanted) {
    workers.reserve(static_cast<std::size_t>(wanted - 1));
    try {
      for (; threads < wanted; ++threads) workers.emplace_back([this, thread = threads] { work(thread); });
    } catch (const std::system_error& error) {
      return error.code().message();
    } catch (const std::bad_alloc&) {
      return "not enough memory";
    }
    return "";
  }

  void work(int thread) {
    for (unsigned seen = 0;;) {
      for (int spin = 0; spin < kSpins && generation.load(std::memory_order_acquire) == seen; ++spin) relax();
      {
        std::unique_lock lock(mutex);
        wake.wait(lock, [&] { return generation.load(std::memory_order_acquire) != seen; });
      }
      seen = generation.load(std::memory_order_acquire);
      if (stop.load(std::memory_order_relaxed)) return;
      {
        FlushDenormals flush;
        call(fn, thread, threads);
      }
      running.fetch_sub(1, std::memory_order_release);
    }
  }

  void post() {
    {
      std::lock_guard lock(mutex);
      generation.fetch_add(1, std::memory_order_release);
    }
    wake.notify_all();
  }
};

ThreadTeam::ThreadTeam(int threads) {
  require(threads >= 1 && threads <= 1024, "ThreadTeam: threads must be in 1..1024, found ", threads);
  impl_ = std::make_unique<Impl>();
  std::string reason = impl_->start(threads);
  if (reason.empty()) return;
  while (impl_->threads > 1 && !has_room()) {
    const int fewer = impl_->threads / 2;
    impl_ = std::make_unique<Impl>();
    impl_->start(fewer);
  }
  impl_->note = concat("started ", impl_->threads, " of ", threads, " threads (", reason, ")");
}

ThreadTeam::~ThreadTeam() = default;

int ThreadTeam::threads() const {
  return impl_->threads;
}

const std::string& ThreadTeam::note() const {
  return impl_->note;
}

void ThreadTeam::run_erased(void (*call)(void*, int, int), void* fn) {
  FlushDenormals flush;
  if (impl_->threads == 1) return call(fn, 0, 1);
  impl_->call = call;
  impl_->fn = fn;
  impl_->running.store(impl_->threads - 1, std::memory_order_relaxed);
  impl_->post();
  call(fn, 0, impl_->threads);
  spin_then_yield([&] { return impl_->running.load(std::memory_order_acquire) == 0; });
}

void ThreadTeam::barrier() {
  const unsigned phase = impl_->phase.load(std::memory_order_acquire);
  if (impl_->arrived.fetch_add(1, std::memory_order_acq_rel) == impl_->threads - 1) {
    impl_->arrived.store(0, std::memory_order_relaxed);
    impl_->phase.fetch_add(1, std::memory_order_release);
    return;
  }
  spin_then_yield([&] { return impl_->phase.load(std::memory_order_acquire) != phase; });
}

int available_processors() {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
#endif
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace recurra
