// SPDX-License-Identifier: Apache-2.0
// Reads and writes safetensors files: tensors by name, and a table of texts. Files are untrusted: every size is
// checked before memory is allocated. Writes F32 or BF16; F64, F16 and BF16 are converted when read. Not here: the
// meaning of the texts (recurra/io/model_file.h). Example:
//
//   recurra::TensorFile file{{{"made_by", "me"}}, {{"weight", recurra::Tensor<float>({2, 3})}}};
//   recurra::TensorFile same = recurra::parse_safetensors(recurra::safetensors_bytes(file), "memory");
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "recurra/tensor/named_tensors.h"

namespace recurra {

struct TensorFile {
  std::map<std::string, std::string> metadata;
  NamedTensors<float> tensors;
};

inline constexpr std::uint64_t kMaxTensorFileBytes = std::uint64_t{1} << 34;
inline constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  ///< the format's own bound
inline constexpr std::size_t kMaxTensors = 100'000;

/// Tensors come in the order of their data; their elements may be infinite or NaN. `name` stands for the file in
/// messages. Errors: FormatError with the offset of the first offending byte; UnsupportedError for another element
/// type.
TensorFile parse_safetensors(std::string_view bytes, const std::string& name);
/// The same, reading no more of the file than its header declares: a file in another format, however long or endless,
/// is refused after its first bytes. Errors: also IoError.
TensorFile read_safetensors(const std::string& path);

/// How elements are written. bf16: rounded to nearest, ties to even; NaN stays NaN.
enum class TensorElements { f32, bf16 };

/// Errors: ValueError if a name occurs twice or is "__metadata__".
std::string safetensors_bytes(const TensorFile& file, TensorElements elements = TensorElements::f32);
void write_safetensors(const std::string& path, const TensorFile& file);

}  // namespace recurra
