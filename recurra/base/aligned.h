// SPDX-License-Identifier: Apache-2.0
// A fixed-size block of memory aligned for vectors, zero-filled or uninitialised. Example:
//
//   recurra::AlignedArray<float> block = recurra::allocate_zeroed<float>(128);
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

namespace recurra {

inline constexpr std::size_t kAlignment = 64;  // a cache line, and the widest vector

struct AlignedDelete {
  void operator()(void* p) const { ::operator delete(p, std::align_val_t(kAlignment)); }
};
template <class T>
using AlignedArray = std::unique_ptr<T[], AlignedDelete>;

/// `count` uninitialised T, aligned to kAlignment, with one vector of readable slack behind the end.
/// Errors: std::bad_alloc, also for a count that exceeds the address space (32 bits in WebAssembly).
template <class T>
AlignedArray<T> allocate_aligned(std::uint64_t count64) {
  if (count64 > (SIZE_MAX - kAlignment) / sizeof(T)) throw std::bad_alloc();
  const auto count = static_cast<std::size_t>(count64);
  void* p = ::operator new(count * sizeof(T) + kAlignment, std::align_val_t(kAlignment));
  return AlignedArray<T>(static_cast<T*>(p));
}

/// The same, zero-filled.
template <class T>
AlignedArray<T> allocate_zeroed(std::uint64_t count) {
  auto block = allocate_aligned<T>(count);
  std::memset(block.get(), 0, static_cast<std::size_t>(count) * sizeof(T));
  return block;
}

}  // namespace recurra
