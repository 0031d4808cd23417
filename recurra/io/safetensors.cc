// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "recurra/base/with_bits.h"
#include "recurra/io/atomic_file.h"
#include "recurra/io/file_reader.h"
#include "recurra/io/json_reader.h"

namespace recurra {
namespace {

using Json = nlohmann::json;

static_assert(std::endian::native == std::endian::little, "safetensors holds little-endian numbers");
constexpr const char* kMetadata = "__metadata__";

enum class Dtype { f32, f64, f16, bf16 };

std::size_t size_of(Dtype dtype) {
  return dtype == Dtype::f64 ? 8 : dtype == Dtype::f32 ? 4 : 2;
}

float float_of_bits(std::uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

float half_to_float(std::uint16_t half) {
  const std::uint32_t sign = std::uint32_t{half & 0x8000u} << 16, exponent = half >> 10 & 31u, fraction = half & 1023u;
  if (exponent == 0) {  // zero or denormal: fraction 2^-24
    const float value = static_cast<float>(fraction) * 0x1p-24f;
    return sign ? -value : value;
  }
  const std::uint32_t wide = exponent == 31 ? 255u : exponent + 112u;
  return float_of_bits(sign | wide << 23 | fraction << 13);
}

float read_element(Dtype dtype, const char* p) {
  switch (dtype) {
    case Dtype::f32: {
      float v;
      std::memcpy(&v, p, 4);
      return v;
    }
    case Dtype::f64: {
      double v;
      std::memcpy(&v, p, 8);
      return static_cast<float>(v);
    }
    case Dtype::f16: {
      std::uint16_t v;
      std::memcpy(&v, p, 2);
      return half_to_float(v);
    }
    case Dtype::bf16:
      break;
  }
  std::uint16_t v;
  std::memcpy(&v, p, 2);
  return float_of_bits(std::uint32_t{v} << 16);
}

struct Entry {
  std::string name;
  Dtype dtype;
  std::vector<Index> extents;
  std::uint64_t begin, end;  ///< in the data
};

std::uint64_t natural(const Json& value, const std::string& where) {
  if (!value.is_number_unsigned())
    throw FormatError(concat(where, ": expected a whole number, found ", value.dump()), 8);
  return value.get<std::uint64_t>();
}

Dtype dtype_of(const Json& value, const std::string& where) {
  const std::pair<const char*, Dtype> known[] = {
      {"F32", Dtype::f32}, {"F64", Dtype::f64}, {"F16", Dtype::f16}, {"BF16", Dtype::bf16}};
  for (const auto& [name, dtype] : known)
    if (value == name) return dtype;
  throw UnsupportedError(concat(where, ": expected dtype F32, F64, F16 or BF16, found ", value.dump()));
}

Entry parse_entry(const std::string& name, const Json& value, const std::string& file) {
  const std::string where = concat(file, ": tensor \"", name, "\"");
  const bool complete = value.is_object() && value.contains("dtype") && value.contains("shape") &&
                        value.contains("data_offsets") && value["shape"].is_array() &&
                        value["data_offsets"].is_array() && value["data_offsets"].size() == 2;
  if (!complete) throw FormatError(concat(where, ": expected dtype, shape and two data_offsets"), 8);
  Entry entry{name,
              dtype_of(value["dtype"], where),
              {},
              natural(value["data_offsets"][0], where),
              natural(value["data_offsets"][1], where)};
  if (entry.begin > entry.end || entry.end > kMaxTensorFileBytes)
    throw FormatError(concat(where, ": the offsets [", entry.begin, ", ", entry.end, ") are not within a file"), 8);
  std::uint64_t wanted = size_of(entry.dtype);
  for (const Json& extent : value["shape"]) {
    const std::uint64_t n = natural(extent, where);
    if (n != 0 && wanted > kMaxTensorFileBytes / n)
      throw FormatError(concat(where, ": the shape is absurdly large"), 8);
    wanted *= n;
    entry.extents.push_back(static_cast<Index>(n));
  }
  if (wanted != entry.end - entry.begin)
    throw FormatError(concat(where, ": the shape needs ", wanted, " bytes, the offsets give ", entry.end - entry.begin),
                      8);
  return entry;
}

struct Header {
  std::map<std::string, std::string> metadata;
  std::vector<Entry> entries;  ///< in the order of their data
  std::uint64_t data_at;       ///< in the file

  std::uint64_t data_bytes() const { return entries.empty() ? 0 : entries.back().end; }
};

/// The length of the header, from the first nine bytes. `file_bytes`: the size of the file, if known.
std::uint64_t header_length(std::string_view start, std::optional<std::uint64_t> file_bytes, const std::string& name) {
  if (start.size() < 8)
    throw FormatError(concat(name, ": expected at least 8 bytes, found ", start.size()), start.size());
  std::uint64_t length;
  std::memcpy(&length, start.data(), 8);
  if (length < 2 || length > kMaxHeaderBytes || (file_bytes && length > *file_bytes - 8))
    throw FormatError(concat(name, ": the header claims ", length, " bytes",
                             file_bytes ? concat(", the file has ", *file_bytes - 8, " after its length") : "",
                             " (truncated, or no safetensors file?)"),
                      0);
  if (start.size() > 8 && start[8] != '{')
    throw FormatError(concat(name, ": expected the header to be a JSON object, so to begin with {"), 8);
  return length;
}

Header parse_header(std::string_view text, const std::string& name) {
  const Json json = parse_strict_json(text, name + ": the header");
  if (json.size() > kMaxTensors)
    throw FormatError(concat(name, ": expected at most ", kMaxTensors, " tensors, found ", json.size()), 8);
  Header header{{}, {}, 8 + text.size()};
  for (const auto& [key, value] : json.items()) {
    if (key != kMetadata) {
      header.entries.push_back(parse_entry(key, value, name));
      continue;
    }
    if (!value.is_object()) throw FormatError(concat(name, ": expected __metadata__ to be an object"), 8);
    for (const auto& [text_key, member] : value.items()) {
      if (!member.is_string()) throw FormatError(concat(name, ": expected __metadata__ to hold texts"), 8);
      header.metadata[text_key] = member.get<std::string>();
    }
  }
  std::sort(header.entries.begin(), header.entries.end(),
            [](const Entry& a, const Entry& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  return header;
}

/// Every byte of the data belongs to one tensor, none is missing and none is left over.
void check_covers(const Header& header, std::uint64_t data_bytes, const std::string& file) {
  std::uint64_t at = 0;
  for (const Entry& entry : header.entries) {
    if (entry.begin != at)
      throw FormatError(
          concat(file, ": tensor \"", entry.name, "\" ", entry.begin < at ? "overlaps" : "leaves a gap to",
                 " the one before it at data byte ", std::min(entry.begin, at)),
          header.data_at + std::min(entry.begin, at));
    at = entry.end;
    if (at > data_bytes)
      throw FormatError(concat(file, ": tensor \"", entry.name, "\": offsets [", entry.begin, ", ", entry.end,
                               ") lie outside the ", data_bytes, " bytes of data (truncated?)"),
                        8);
  }
  if (at != data_bytes)
    throw FormatError(concat(file, ": the bytes after the last tensor belong to no tensor"), header.data_at + at);
}

TensorFile with_tensors(Header header, std::string_view data, const std::string& name) {
  check_covers(header, data.size(), name);
  TensorFile file{std::move(header.metadata), {}};
  for (const Entry& entry : header.entries) {
    auto tensor = Tensor<float>::uninitialized(Shape(entry.extents));
    for (Index i = 0; i < tensor.size(); ++i)
      tensor[i] =
          read_element(entry.dtype, data.data() + entry.begin + static_cast<std::size_t>(i) * size_of(entry.dtype));
    file.tensors.emplace_back(entry.name, tensor);
  }
  return file;
}

void append_bf16(std::string& bytes, float value) {
  const auto bits = with_bits<std::uint32_t>(value);
  const std::uint32_t rounded = value != value ? bits | 0x400000u : bits + 0x7FFFu + (bits >> 16 & 1u);
  const auto half = static_cast<std::uint16_t>(rounded >> 16);
  bytes.append(reinterpret_cast<const char*>(&half), 2);
}

}  // namespace

TensorFile parse_safetensors(std::string_view bytes, const std::string& name) {
  const std::uint64_t length = header_length(bytes.substr(0, 9), bytes.size(), name);
  return with_tensors(parse_header(bytes.substr(8, length), name), bytes.substr(8 + length), name);
}

TensorFile read_safetensors(const std::string& path) {
  FileReader file(path);
  std::string start, data;
  file.read(9, start);
  const std::uint64_t length = header_length(start, file.size(), path);
  file.read(length - 1, start);
  if (start.size() < 8 + length)
    throw FormatError(concat(path, ": the header claims ", length, " bytes, the file ends after ", start.size() - 8),
                      start.size());
  Header header = parse_header(std::string_view(start).substr(8), path);
  file.read(header.data_bytes() + 1, data);  // one byte more shows whether the file is longer
  return with_tensors(std::move(header), data, path);
}

std::string safetensors_bytes(const TensorFile& file, TensorElements elements) {
  const bool rounded = elements == TensorElements::bf16;
  // Written entry by entry: a JSON object would sort the tensors by name.
  std::string text;
  const auto add = [&text](const std::string& name, const std::string& value) {
    text += concat(text.empty() ? "{" : ",", json_text(Json(name)), ":", value);
  };
  if (!file.metadata.empty()) add(kMetadata, json_text(Json(file.metadata)));
  std::set<std::string> names = {kMetadata};
  std::uint64_t at = 0;
  for (const auto& [name, tensor] : file.tensors) {
    require(names.insert(name).second, "safetensors_bytes: the name \"", name, "\" is reserved or repeated");
    const std::uint64_t end = at + (rounded ? 2 : 4) * static_cast<std::uint64_t>(tensor.size());
    add(name, concat("{\"dtype\":\"", rounded ? "BF16" : "F32", "\",\"shape\":",
                     json_text(Json(tensor.shape().extents())), ",\"data_offsets\":[", at, ",", end, "]}"));
    at = end;
  }
  text += text.empty() ? "{}" : "}";
  text.resize((text.size() + 7) / 8 * 8, ' ');  // so that the data is aligned
  std::string bytes(8, '\0');
  const std::uint64_t length = text.size();
  std::memcpy(bytes.data(), &length, 8);
  bytes += text;
  bytes.reserve(bytes.size() + at);
  for (const auto& [name, tensor] : file.tensors) {
    if (rounded) {
      for (const float v : tensor.span()) append_bf16(bytes, v);
    } else {
      bytes.append(reinterpret_cast<const char*>(tensor.data()), 4 * static_cast<std::size_t>(tensor.size()));
    }
  }
  return bytes;
}

void write_safetensors(const std::string& path, const TensorFile& file) {
  write_file_atomically(path, safetensors_bytes(file));
}

}  // namespace recurra
