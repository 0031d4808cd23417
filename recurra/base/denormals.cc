// SPDX-License-Identifier: Apache-2.0
#include "recurra/base/denormals.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace recurra {

#if defined(__x86_64__)
namespace {
constexpr unsigned kFlushToZero = 0x8000, kDenormalsAreZero = 0x0040;
}
FlushDenormals::FlushDenormals() : saved_(_mm_getcsr()) {
  _mm_setcsr(static_cast<unsigned>(saved_) | kFlushToZero | kDenormalsAreZero);
}
FlushDenormals::~FlushDenormals() {
  _mm_setcsr(static_cast<unsigned>(saved_));
}

#elif defined(__aarch64__)
namespace {
constexpr unsigned long long kFlushToZero = 1ull << 24;
}
FlushDenormals::FlushDenormals() {
  asm volatile("mrs %0, fpcr" : "=r"(saved_));
  asm volatile("msr fpcr, %0" : : "r"(saved_ | kFlushToZero));
}
FlushDenormals::~FlushDenormals() {
  asm volatile("msr fpcr, %0" : : "r"(saved_));
}

#else
FlushDenormals::FlushDenormals() : saved_(0) {}
FlushDenormals::~FlushDenormals() {
  static_cast<void>(saved_);
}
#endif

}  // namespace recurra
