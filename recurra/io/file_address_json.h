// SPDX-License-Identifier: Apache-2.0
// The address of an open file, such as that of a ByteStore, as JSON, for another process. Example:
//
//   auto open = [](const std::string& said) {
//     return recurra::ByteStore(recurra::file_address_from(nlohmann::json::parse(said))).size();
//   };
#pragma once

#include <nlohmann/json.hpp>

#include "recurra/data/byte_store.h"

namespace recurra {

inline nlohmann::json to_json(const FileAddress& a) {
  return nlohmann::json::array({a.process, a.file, a.device, a.inode, a.bytes});
}

inline FileAddress file_address_from(const nlohmann::json& json) {
  return {json[0], json[1], json[2], json[3], json[4]};
}

}  // namespace recurra
