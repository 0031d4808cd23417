// SPDX-License-Identifier: Apache-2.0
// What a user probably meant by a name that does not exist. Example:
//
//   const std::string meant = recurra::nearest_name("demnd", {"time", "demand"});      // "demand"
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace recurra {

/// The nearest of some names by edit distance, whatever their case; "" if none is near. Looks at the first 2,000.
std::string nearest_name(std::string_view wanted, const std::vector<std::string>& names);

}  // namespace recurra
