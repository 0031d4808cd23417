// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "fuzz/fuzz.h"
#include "recurra/io/safetensors.h"
#include "recurra/tasks/classify/classifier.h"
#include "recurra/tasks/forecast/forecaster.h"
#include "recurra/tasks/seq2seq/translator.h"
#include "recurra/tasks/tag/tagger.h"

namespace {

template <class Parse>
void parse_as(const std::string& task, const std::uint8_t* data, std::size_t size, Parse parse) {
  parse_or_refuse(data, size, [&](const std::string& text) {
    if (!nlohmann::json::accept(text)) return;
    const std::string header = R"({"format":1,"kind":"model","task":")" + task + R"(","description":)" + text + "}";
    parse(recurra::safetensors_bytes({{{"recurra", header}}, {}}));
  });
}

}  // namespace

// The metadata alone is fuzzed: the bytes stand where the description of a model does. safetensors_fuzz does the rest.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parse_as("forecast", data, size, [](const std::string& bytes) { recurra::parse_forecaster(bytes, "fuzz"); });
  parse_as("classify", data, size, [](const std::string& bytes) { recurra::parse_classifier(bytes, "fuzz"); });
  parse_as("tag", data, size, [](const std::string& bytes) { recurra::parse_tagger(bytes, "fuzz"); });
  parse_as("seq2seq", data, size, [](const std::string& bytes) { recurra::parse_seq2seq(bytes, "fuzz"); });
  return 0;
}
