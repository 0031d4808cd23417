// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "fuzz/fuzz.h"
#include "recurra/io/safetensors.h"
#include "recurra/tasks/lm/language_model.h"

// As model_fuzz, for language models.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return parse_or_refuse(data, size, [](const std::string& text) {
    if (!nlohmann::json::accept(text)) return;
    const std::string header = R"({"format":1,"kind":"model","task":"lm","description":)" + text + "}";
    recurra::parse_lm(recurra::safetensors_bytes({{{"recurra", header}}, {}}), "fuzz");
  });
}
