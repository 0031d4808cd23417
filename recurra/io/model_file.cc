// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/model_file.h"

namespace recurra {
namespace {

using Json = nlohmann::json;
constexpr const char* kKey = "recurra";

void write(const std::string& path, const char* kind, const ModelFile& file) {
  const Json header = {
      {"format", kModelFormat}, {"kind", kind}, {"task", file.task}, {"description", file.description}};
  write_safetensors(path, {{{kKey, header.dump()}}, file.tensors});
}

ModelFile read(const std::string& path, const std::string& kind, const std::string& task) {
  TensorFile file = read_safetensors(path);
  const auto found = file.metadata.find(kKey);
  if (found == file.metadata.end())
    throw FormatError(concat(path, ": a safetensors file, but not one that Recurra wrote (no metadata \"recurra\")"),
                      8);
  const Json header = Json::parse(found->second, nullptr, false);
  const bool complete = header.is_object() && header.contains("format") && header["format"].is_number_integer() &&
                        header.contains("kind") && header["kind"].is_string() && header.contains("task") &&
                        header["task"].is_string() && header.contains("description") &&
                        header["description"].is_object();
  if (header.is_object() && header.contains("format") && header["format"].is_number_integer() &&
      header["format"].get<std::int64_t>() > kModelFormat)
    throw FormatError(concat(path, ": format ", header["format"].dump(), " is newer than this program's ", kModelFormat,
                             "; use a newer Recurra"),
                      8);
  if (!complete) throw FormatError(concat(path, ": the metadata \"recurra\" is damaged"), 8);
  require(header["kind"] == kind, path, ": expected a ", kind, ", found a ", header["kind"].get<std::string>());
  require(task.empty() || header["task"] == task, path, ": expected a ", kind, " of task ", task, ", found ",
          header["task"].get<std::string>());
  return {header["task"].get<std::string>(), header["description"], std::move(file.tensors)};
}

}  // namespace

void write_model(const std::string& path, const ModelFile& file) {
  write(path, "model", file);
}

ModelFile read_model(const std::string& path, const std::string& task) {
  return read(path, "model", task);
}

void write_checkpoint(const std::string& path, const ModelFile& file) {
  write(path, "checkpoint", file);
}

ModelFile read_checkpoint(const std::string& path, const std::string& task) {
  return read(path, "checkpoint", task);
}

}  // namespace recurra
