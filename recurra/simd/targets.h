// SPDX-License-Identifier: Apache-2.0
// The instruction sets that kernels are compiled for: on x86 AVX2, AVX-512 and scalar, elsewhere the platform's own.
// The older x86 sets would double the build for machines without fused multiply-add, which run the scalar code.
// On ARM NEON alone: SVE vectors have no size known at compile time, so an array cannot hold them.
// Every file that includes Highway includes this first. Example:
//
//   static_assert((HWY_DISABLED_TARGETS & HWY_AVX2) == 0);
#pragma once

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)

#include <hwy/detect_targets.h>
