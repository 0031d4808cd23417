// SPDX-License-Identifier: Apache-2.0
// A fixed-size block of memory aligned for vectors. Zero-filled or left uninitialised, as the maker asks. Example:
//
//   recurra::AlignedArray<float> block = recurra::allocate_zeroed<float>(128);
#pragma once

#include <cstddef>
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
template <class T>
AlignedArray<T> allocate_aligned(std::size_t count) {
  void* p = ::operator new(count * sizeof(T) + kAlignment, std::align_val_t(kAlignment));
  return AlignedArray<T>(static_cast<T*>(p));
}

/// The same, zero-filled.
template <class T>
AlignedArray<T> allocate_zeroed(std::size_t count) {
  auto block = allocate_aligned<T>(count);
  std::memset(block.get(), 0, count * sizeof(T));
  return block;
}

}  // namespace recurra
