// SPDX-License-Identifier: Apache-2.0
#include "recurra/base/error.h"

#include <cmath>
#include <cstdio>

namespace recurra {

void MessagePart::append_to(std::string& out) const {
  char digits[32];
  switch (kind_) {
    case Kind::text:
      out.append(text_.data, text_.size);
      return;
    case Kind::integer:
      out += std::to_string(integer_);
      return;
    case Kind::natural:
      out += std::to_string(natural_);
      return;
    case Kind::real:
      if (std::isnan(real_))
        out += "nan";  // printf shows a meaningless sign
      else
        out.append(digits, static_cast<std::size_t>(std::snprintf(digits, sizeof digits, "%g", real_)));
      return;
    case Kind::object:
      out += object_.str(object_.value);
      return;
  }
}

std::string join_message(std::initializer_list<MessagePart> parts) {
  std::string out;
  for (const MessagePart& part : parts) part.append_to(out);
  return out;
}

}  // namespace recurra
