// SPDX-License-Identifier: Apache-2.0
#include "recurra/base/memory_pool.h"

#include <algorithm>
#include <bit>
#include <new>

#include "recurra/base/aligned.h"

namespace recurra {
namespace {

// Allowed beyond the peak at least: the blocks of a small net have many sizes, and one cannot replace another.
constexpr std::size_t kSmallBytes = std::size_t{1} << 19;

// A full pool lends a larger block of at most this many times the size. This is for an epoch's last batch, whose own
// blocks would otherwise be requested from the system and returned in every epoch.
constexpr std::size_t kLargestStandIn = 2;

/// Requests are rounded up by at most a sixteenth, so that batches of nearly the same length share blocks. A request
/// for nothing gets a block too: one of no bytes would never exceed a limit, so it would never be released.
std::size_t rounded(std::size_t bytes) {
  const std::size_t asked = std::max<std::size_t>(bytes, 1);
  const std::size_t grain = std::max(kAlignment, std::bit_floor(asked) / 16);
  return (asked + grain - 1) / grain * grain;
}

void* ask_system(std::size_t bytes) {
  return ::operator new(bytes + kAlignment, std::align_val_t(kAlignment));
}
void return_to_system(void* memory) {
  ::operator delete(memory, std::align_val_t(kAlignment));
}

}  // namespace

MemoryPool::~MemoryPool() {
  release_waiting(0);
}

void MemoryPool::release_waiting(std::size_t limit) noexcept {
  auto block = waiting_.begin();
  for (; block != waiting_.end() && waiting_bytes_ > limit; ++block) {
    return_to_system(block->memory);
    waiting_bytes_ -= block->bytes;
  }
  waiting_.erase(waiting_.begin(), block);
}

MemoryPool::Block MemoryPool::find_waiting(std::size_t size, std::size_t largest) {
  // The most recent of equal blocks: it is the most likely to be in the cache.
  auto best = waiting_.rend();
  for (auto block = waiting_.rbegin(); block != waiting_.rend(); ++block)
    if (block->bytes >= size && block->bytes <= largest && (best == waiting_.rend() || block->bytes < best->bytes))
      best = block;
  if (best == waiting_.rend()) return {nullptr, 0};
  const Block found = *best;
  if (found.bytes > size) stand_ins_.push_back(found);
  waiting_bytes_ -= found.bytes;
  waiting_.erase(std::next(best).base());
  return found;
}

void* MemoryPool::take(std::size_t bytes) {
  const std::size_t size = rounded(bytes);
  const std::lock_guard lock(mutex_);
  Block block = find_waiting(size, size);
  if (!block.memory) {
    const std::size_t peak = std::max(peak_bytes_, in_use_bytes_ + size);
    const std::size_t allowed = peak + std::max(peak / 10, kSmallBytes);
    const bool full = in_use_bytes_ + waiting_bytes_ + size > allowed;
    if (full) block = find_waiting(size, kLargestStandIn * size);
    if (!block.memory) {
      release_waiting(allowed - std::min(allowed, in_use_bytes_ + size));
      block = {ask_system(size), size};
      ++system_requests_;
    }
  }
  in_use_bytes_ += block.bytes;
  peak_bytes_ = std::max(peak_bytes_, in_use_bytes_);
  return block.memory;
}

void MemoryPool::give_back(void* block, std::size_t bytes) noexcept {
  const std::lock_guard lock(mutex_);
  std::size_t size = rounded(bytes);
  const auto stand_in =
      std::find_if(stand_ins_.begin(), stand_ins_.end(), [&](const Block& b) { return b.memory == block; });
  if (stand_in != stand_ins_.end()) {
    size = stand_in->bytes;
    stand_ins_.erase(stand_in);
  }
  in_use_bytes_ -= size;
  try {
    waiting_.push_back({block, size});
    waiting_bytes_ += size;
  } catch (const std::bad_alloc&) {
    return_to_system(block);
  }
}

std::uint64_t MemoryPool::system_requests() const {
  const std::lock_guard lock(mutex_);
  return system_requests_;
}

std::size_t MemoryPool::peak_bytes() const {
  const std::lock_guard lock(mutex_);
  return peak_bytes_;
}

std::size_t MemoryPool::held_bytes() const {
  const std::lock_guard lock(mutex_);
  return in_use_bytes_ + waiting_bytes_;
}

}  // namespace recurra
