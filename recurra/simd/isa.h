// SPDX-License-Identifier: Apache-2.0
// The vector instruction sets that both this build and this machine support, and the one that the kernels use.
// The best is chosen automatically; RECURRA_ISA=NAME in the environment, read at first use, overrides it. Example:
//
//   for (const std::string& name : recurra::available_isas()) recurra::select_isa(name);
//   recurra::select_isa("");                                  // the best again
#pragma once

#include <string>
#include <vector>

namespace recurra {

/// Best first, out of "avx512", "avx2", "neon", "wasm", "emu128", "scalar".
std::vector<std::string> available_isas();

/// The one in use. Errors: UnsupportedError at first use if RECURRA_ISA names one that is not available.
std::string isa_in_use();

/// Uses `name` from now on, or the best for "". For tests and measurements: call it while no kernel runs.
/// Errors: UnsupportedError if it is not available.
void select_isa(const std::string& name);

}  // namespace recurra
