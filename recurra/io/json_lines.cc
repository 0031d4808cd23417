// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/json_lines.h"

#include "recurra/base/error.h"
#include "recurra/data/number.h"

namespace recurra {

void for_each_json_line(std::string_view text, const std::string& name,
                        const std::function<void(const nlohmann::json&, const std::string&)>& fn) {
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = text.find('\n');
    std::string_view one = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (!one.empty() && one.back() == '\r') one.remove_suffix(1);
    if (trim(one).empty()) continue;
    const std::string where = concat(name, " line ", line);
    fn(parse_strict_json(one, where), where);
  }
}

std::string optional_text(const nlohmann::json& object, const char* key, const std::string& where) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return "";
  require<FormatError>(found->is_string() || found->is_number(), where, ": expected \"", key,
                       "\" to be a text or a number");
  return found->is_string() ? found->get<std::string>() : found->dump();
}

}  // namespace recurra
