// SPDX-License-Identifier: Apache-2.0
// Suggests what a user probably meant by an unknown name. Example:
//
//   const std::string meant = recurra::nearest_name("demnd", {"time", "demand"});      // "demand"
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace recurra {

/// The nearest name by edit distance, ignoring case; "" if none is near. Only the first 2,000 names are compared.
std::string nearest_name(std::string_view wanted, const std::vector<std::string>& names);

}  // namespace recurra
