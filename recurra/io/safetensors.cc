// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "recurra/io/atomic_file.h"
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

Entry parse_entry(const std::string& name, const Json& value, std::uint64_t data_bytes, const std::string& file) {
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
  if (entry.begin > entry.end || entry.end > data_bytes)
    throw FormatError(
        concat(where, ": offsets [", entry.begin, ", ", entry.end, ") lie outside the ", data_bytes, " bytes of data"),
        8);
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

void check_no_gaps(std::vector<Entry>& entries, std::uint64_t data_bytes, std::uint64_t data_at,
                   const std::string& file) {
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  std::uint64_t at = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != at)
      throw FormatError(
          concat(file, ": tensor \"", entry.name, "\" ", entry.begin < at ? "overlaps" : "leaves a gap to",
                 " the one before it at data byte ", std::min(entry.begin, at)),
          data_at + std::min(entry.begin, at));
    at = entry.end;
  }
  if (at != data_bytes)
    throw FormatError(concat(file, ": ", data_bytes - at, " bytes behind the last tensor belong to none"),
                      data_at + at);
}

}  // namespace

TensorFile parse_safetensors(std::string_view bytes, const std::string& name) {
  if (bytes.size() < 8)
    throw FormatError(concat(name, ": expected at least 8 bytes, found ", bytes.size()), bytes.size());
  std::uint64_t header_bytes;
  std::memcpy(&header_bytes, bytes.data(), 8);
  if (header_bytes > kMaxHeaderBytes || header_bytes > bytes.size() - 8)
    throw FormatError(concat(name, ": the header claims ", header_bytes, " bytes, the file has ", bytes.size() - 8,
                             " behind its length (truncated, or no safetensors file?)"),
                      0);
  const Json header = parse_strict_json(bytes.substr(8, header_bytes), name + ": the header");
  const std::uint64_t data_at = 8 + header_bytes;
  const std::string_view data = bytes.substr(data_at);

  TensorFile file;
  std::vector<Entry> entries;
  for (const auto& [key, value] : header.items()) {
    if (key != kMetadata) {
      entries.push_back(parse_entry(key, value, data.size(), name));
      continue;
    }
    if (!value.is_object()) throw FormatError(concat(name, ": expected __metadata__ to be an object"), 8);
    for (const auto& [text_key, text] : value.items()) {
      if (!text.is_string()) throw FormatError(concat(name, ": expected __metadata__ to hold texts"), 8);
      file.metadata[text_key] = text.get<std::string>();
    }
  }
  check_no_gaps(entries, data.size(), data_at, name);
  for (const Entry& entry : entries) {
    auto tensor = Tensor<float>::uninitialized(Shape(entry.extents));
    for (Index i = 0; i < tensor.size(); ++i)
      tensor[i] =
          read_element(entry.dtype, data.data() + entry.begin + static_cast<std::size_t>(i) * size_of(entry.dtype));
    file.tensors.emplace_back(entry.name, tensor);
  }
  return file;
}

TensorFile read_safetensors(const std::string& path) {
  return parse_safetensors(read_file(path, kMaxTensorFileBytes), path);
}

std::string safetensors_bytes(const TensorFile& file) {
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
    const std::uint64_t end = at + 4 * static_cast<std::uint64_t>(tensor.size());
    add(name, concat("{\"dtype\":\"F32\",\"shape\":", json_text(Json(tensor.shape().extents())), ",\"data_offsets\":[",
                     at, ",", end, "]}"));
    at = end;
  }
  text += text.empty() ? "{}" : "}";
  text.resize((text.size() + 7) / 8 * 8, ' ');  // so that the data is aligned
  std::string bytes(8, '\0');
  const std::uint64_t length = text.size();
  std::memcpy(bytes.data(), &length, 8);
  bytes += text;
  bytes.reserve(bytes.size() + at);
  for (const auto& [name, tensor] : file.tensors)
    bytes.append(reinterpret_cast<const char*>(tensor.data()), 4 * static_cast<std::size_t>(tensor.size()));
  return bytes;
}

void write_safetensors(const std::string& path, const TensorFile& file) {
  write_file_atomically(path, safetensors_bytes(file));
}

}  // namespace recurra
