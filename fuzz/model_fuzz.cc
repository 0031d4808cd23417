// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "fuzz/fuzz.h"
#include "recurra/io/model_file.h"
#include "recurra/io/safetensors.h"
#include "recurra/tasks/tasks.h"

namespace {

/// The metadata of a model file of either format, whose description the text is.
std::string header(int format, const std::string& task, const std::string& text) {
  const std::string start = R"({"format":)" + std::to_string(format) + R"(,"kind":"model","task":")" + task + '"';
  if (format == 1) return start + R"(,"description":)" + text + "}";
  const std::size_t brace = text.find('{');
  return brace == std::string::npos ? text : start + "," + text.substr(brace + 1);
}

}  // namespace

// The metadata alone is fuzzed: the bytes stand where the description of a model does. safetensors_fuzz does the rest.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const recurra::Task* task : recurra::all_tasks()) {
    for (const int format : {1, 2}) {
      parse_or_refuse(data, size, [&](const std::string& text) {
        if (!nlohmann::json::accept(text)) return;
        const std::string bytes = recurra::safetensors_bytes({{{"recurra", header(format, task->name, text)}}, {}});
        task->open(recurra::parse_model(bytes, "fuzz", task->name), "fuzz");
      });
    }
  }
  return 0;
}
