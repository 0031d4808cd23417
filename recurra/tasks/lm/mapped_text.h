// SPDX-License-Identifier: Apache-2.0
// A prepared text whose tokens are in a file, which other processes of the machine map into memory. Example:
//
//   auto again = [](recurra::LmText& text) { return recurra::open_mapped_text(recurra::map_text(text)).tokens.size();
//   };
#pragma once

#include "recurra/tasks/lm/text.h"

namespace recurra {

/// Moves the tokens of the text into a file. Returns text for open_mapped_text, valid while `text` exists.
/// Errors: as ByteStore.
std::string map_text(LmText& text);

/// Errors: IoError if the file is not there.
LmText open_mapped_text(const std::string& address);

}  // namespace recurra
