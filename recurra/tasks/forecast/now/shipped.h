// SPDX-License-Identifier: Apache-2.0
// The bytes of weights.safetensors, which the build puts into the library; they are laid out at the first call.
// Example:
//
//   const std::size_t bytes = recurra::shipped_now_weights().size();
#pragma once

#include <string_view>

namespace recurra {

std::string_view shipped_now_weights();

}  // namespace recurra
