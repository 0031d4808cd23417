// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/model_file.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/data/utf8.h"
#include "recurra/io/atomic_file.h"
#include "recurra/io/json_reader.h"

namespace recurra {
namespace {

using Json = nlohmann::json;
constexpr const char *kKey = "recurra", *kModelKind = "model", *kCheckpointKind = "checkpoint";
constexpr const char* kOwnKeys[] = {"format", "kind", "task"};

void check_member(const Json& value, const std::string& name) {
  if (value.is_number_float())
    require(std::isfinite(value.get<double>()), "model file: ", name, " is ", value.get<double>(),
            ", expected a finite number");
  if (value.is_string())
    require(is_utf8(value.get_ref<const std::string&>()), "model file: ", name,
            " is not UTF-8; convert the names in your data to UTF-8");
  if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i) check_member(value[i], concat(name, '[', i, ']'));
  if (!value.is_object()) return;
  for (const auto& [key, member] : value.items()) {
    require(is_utf8(key), "model file: a key of ", name, " is not UTF-8; convert the names in your data to UTF-8");
    check_member(member, name + '.' + key);
  }
}

/// Describes the first tensor with an infinity or NaN; empty if there is none.
std::string not_finite(const NamedTensors<float>& tensors) {
  for (const auto& [name, tensor] : tensors) {
    const auto values = tensor.span();
    const auto bad = std::find_if(values.begin(), values.end(), [](float v) { return !std::isfinite(v); });
    if (bad != values.end())
      return concat("tensor \"", name, "\" holds ",
                    std::isnan(*bad) ? "NaN"
                    : *bad > 0       ? "inf"
                                     : "-inf",
                    " at element ", bad - values.begin());
  }
  return "";
}

TensorFile with_header(const char* kind, const ModelFile& file) {
  check_description(file.description);
  Json header = {{"format", kModelFormat}, {"kind", kind}, {"task", file.task}};
  if (std::string_view(kind) == kModelKind) {
    header.update(file.description);
  } else {
    header.update({{"format", kCheckpointFormat}, {"description", file.description}});
  }
  return {{{kKey, json_text(header)}}, file.tensors};
}

ModelFile parse(TensorFile file, const std::string& path, const std::string& kind, const std::string& task) {
  const auto found = file.metadata.find(kKey);
  if (found == file.metadata.end())
    throw FormatError(concat(path, ": a safetensors file, but not one that Recurra wrote (no metadata \"recurra\")"),
                      8);
  Json json = parse_strict_json(found->second, path + ": the metadata \"recurra\"");
  const JsonReader header(json, path);
  constexpr std::int64_t kFarFuture = std::numeric_limits<std::int64_t>::max();
  const std::int64_t format = header.integer("format", 1, kFarFuture);
  require<FormatError>(format <= kModelFormat, path, ": format ", format, " is newer than this program's ",
                       kModelFormat, "; use a newer Recurra");
  const std::string found_kind = header.text("kind"), found_task = header.text("task");
  require(found_kind == kind, path, ": expected a ", kind, ", found a ", found_kind);
  require(task.empty() || found_task == task, path, ": expected a ", kind, " of task ", task, ", found ", found_task);
  if (kind == kModelKind) {
    const std::string fault = not_finite(file.tensors);
    require<FormatError>(fault.empty(), path, ": ", fault, "; the file is damaged or its training diverged");
  }
  if (format == 1 || kind == kCheckpointKind) {
    static_cast<void>(header.child("description"));
    return {found_task, json["description"], std::move(file.tensors), static_cast<int>(format)};
  }
  for (const char* own : kOwnKeys) json.erase(own);
  return {found_task, std::move(json), std::move(file.tensors), static_cast<int>(format)};
}

}  // namespace

void check_description(const Json& description) {
  for (const char* own : kOwnKeys) require(!description.contains(own), "model file: description.", own, " is reserved");
  check_member(description, "description");
}

std::string model_bytes(const ModelFile& file) {
  const std::string fault = not_finite(file.tensors);
  require(fault.empty(), "model file: ", fault, "; the training diverged: try a lower learning rate");
  return safetensors_bytes(with_header(kModelKind, file));
}

void write_model(const std::string& path, const ModelFile& file) {
  write_file_atomically(path, model_bytes(file));
}

ModelFile read_model(const std::string& path, const std::string& task) {
  return parse(read_safetensors(path), path, kModelKind, task);
}

ModelFile parse_model(std::string_view bytes, const std::string& name, const std::string& task) {
  return parse(parse_safetensors(bytes, name), name, kModelKind, task);
}

void write_checkpoint(const std::string& path, const ModelFile& file) {
  write_safetensors(path, with_header(kCheckpointKind, file));
}

ModelFile read_checkpoint(const std::string& path, const std::string& task) {
  return parse(read_safetensors(path), path, kCheckpointKind, task);
}

}  // namespace recurra
