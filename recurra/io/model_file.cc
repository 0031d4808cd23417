// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/model_file.h"

#include <limits>

#include "recurra/io/json_reader.h"

namespace recurra {
namespace {

using Json = nlohmann::json;
constexpr const char* kKey = "recurra";

TensorFile with_header(const char* kind, const ModelFile& file) {
  const Json header = {
      {"format", kModelFormat}, {"kind", kind}, {"task", file.task}, {"description", file.description}};
  return {{{kKey, json_text(header)}}, file.tensors};
}

ModelFile parse(TensorFile file, const std::string& path, const std::string& kind, const std::string& task) {
  const auto found = file.metadata.find(kKey);
  if (found == file.metadata.end())
    throw FormatError(concat(path, ": a safetensors file, but not one that Recurra wrote (no metadata \"recurra\")"),
                      8);
  const Json json = parse_strict_json(found->second, path + ": the metadata \"recurra\"");
  const JsonReader header(json, path);
  constexpr std::int64_t kFarFuture = std::numeric_limits<std::int64_t>::max();
  const std::int64_t format = header.integer("format", 1, kFarFuture);
  require<FormatError>(format <= kModelFormat, path, ": format ", format, " is newer than this program's ",
                       kModelFormat, "; use a newer Recurra");
  const std::string found_kind = header.text("kind"), found_task = header.text("task");
  require(found_kind == kind, path, ": expected a ", kind, ", found a ", found_kind);
  require(task.empty() || found_task == task, path, ": expected a ", kind, " of task ", task, ", found ", found_task);
  static_cast<void>(header.child("description"));
  return {found_task, json["description"], std::move(file.tensors)};
}

}  // namespace

std::string model_bytes(const ModelFile& file) {
  return safetensors_bytes(with_header("model", file));
}

void write_model(const std::string& path, const ModelFile& file) {
  write_safetensors(path, with_header("model", file));
}

ModelFile read_model(const std::string& path, const std::string& task) {
  return parse(read_safetensors(path), path, "model", task);
}

ModelFile parse_model(std::string_view bytes, const std::string& name, const std::string& task) {
  return parse(parse_safetensors(bytes, name), name, "model", task);
}

void write_checkpoint(const std::string& path, const ModelFile& file) {
  write_safetensors(path, with_header("checkpoint", file));
}

ModelFile read_checkpoint(const std::string& path, const std::string& task) {
  return parse(read_safetensors(path), path, "checkpoint", task);
}

}  // namespace recurra
