// SPDX-License-Identifier: Apache-2.0
// Memory for tensors that come and go in the same sizes at every training step. A returned block waits here for the
// next request of its size (or, if the pool is full, down to half its size), so that after the first step nothing is
// requested from the system: fresh pages cost more than the arithmetic of a small net. The pool never holds more than
// a tenth (512 KiB for a small net) above its peak use.
// Any thread may take and give back. Not a general allocator: each request is a linear search. Example:
//
//   auto pool = std::make_shared<recurra::MemoryPool>();
//   void* block = pool->take(1 << 20);
//   pool->give_back(block, 1 << 20);                  // the next take(1 << 20) returns it
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace recurra {

class MemoryPool {
 public:
  MemoryPool() = default;
  ~MemoryPool();
  MemoryPool(const MemoryPool&) = delete;
  MemoryPool& operator=(const MemoryPool&) = delete;

  /// Uninitialised, aligned to kAlignment, with one vector of readable slack. Errors: std::bad_alloc.
  void* take(std::size_t bytes);
  /// `bytes` is the size passed to take. The pool must outlive its blocks.
  void give_back(void* block, std::size_t bytes) noexcept;

  /// Number of requests to the system: constant once a loop has settled.
  std::uint64_t system_requests() const;
  /// The maximum that was in use at once.
  std::size_t peak_bytes() const;
  /// Bytes in use and bytes waiting, together.
  std::size_t held_bytes() const;

 private:
  struct Block {
    void* memory;
    std::size_t bytes;
  };
  void release_waiting(std::size_t limit) noexcept;
  /// Takes the smallest waiting block of a size in [size, largest], if there is one.
  Block find_waiting(std::size_t size, std::size_t largest);

  mutable std::mutex mutex_;
  std::vector<Block> waiting_;    ///< oldest first
  std::vector<Block> stand_ins_;  ///< in use by smaller requests
  std::size_t in_use_bytes_ = 0, waiting_bytes_ = 0, peak_bytes_ = 0;
  std::uint64_t system_requests_ = 0;
};

}  // namespace recurra
