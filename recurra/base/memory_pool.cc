// SPDX-License-Identifier: Apache-2.0
#include "recurra/base/memory_pool.h"

#include <algorithm>
#include <bit>
#include <new>

#include "recurra/base/aligned.h"

namespace recurra {
namespace {

// Beyond a tenth of the peak; the blocks of a small net have many sizes, which cannot stand in for one another.
constexpr std::size_t kSmallBytes = std::size_t{1} << 19;

/// Requests are rounded up by at most a sixteenth, so that batches of nearly the same length share blocks.
std::size_t rounded(std::size_t bytes) {
  const std::size_t grain = std::max(kAlignment, std::bit_floor(std::max<std::size_t>(bytes, 1)) / 16);
  return (bytes + grain - 1) / grain * grain;
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

void* MemoryPool::take(std::size_t bytes) {
  const std::size_t size = rounded(bytes);
  const std::lock_guard lock(mutex_);
  // The newest first: it is the likeliest to be in the cache still.
  const auto found = std::find_if(waiting_.rbegin(), waiting_.rend(), [&](const Block& b) { return b.bytes == size; });
  void* memory;
  if (found != waiting_.rend()) {
    memory = found->memory;
    waiting_bytes_ -= size;
    waiting_.erase(std::next(found).base());
  } else {
    const std::size_t peak = std::max(peak_bytes_, in_use_bytes_ + size);
    const std::size_t allowed = peak + std::max(peak / 10, kSmallBytes);
    release_waiting(allowed - std::min(allowed, in_use_bytes_ + size));
    memory = ask_system(size);
    ++system_requests_;
  }
  in_use_bytes_ += size;
  peak_bytes_ = std::max(peak_bytes_, in_use_bytes_);
  return memory;
}

void MemoryPool::give_back(void* block, std::size_t bytes) noexcept {
  const std::lock_guard lock(mutex_);
  const std::size_t size = rounded(bytes);
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
