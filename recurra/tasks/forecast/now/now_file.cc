// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "recurra/io/safetensors.h"
#include "recurra/kernels/cell_names.h"
#include "recurra/tasks/common/training.h"
#include "recurra/tasks/forecast/now/now_net.h"

namespace recurra {
namespace {

constexpr const char* kFormat = "recurra-forecast-now";
constexpr const char* kVersion = "2";
constexpr Index kMaxSize = 2048, kMaxLayers = 8;  // of any part of the net

const std::string& entry(const TensorFile& file, const std::string& key, const std::string& name) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end())
    throw FormatError(
        concat(name, ": expected the weights of a forecast without a training, found no \"", key, "\" in its metadata"),
        8);
  return found->second;
}

Index size_entry(const TensorFile& file, const std::string& key, const std::string& name, Index most = kMaxSize) {
  const std::string& text = entry(file, key, name);
  Index value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > most)
    throw FormatError(concat(name, ": expected \"", key, "\" to be from 1 to ", most, ", found \"", text, '"'), 8);
  return value;
}

}  // namespace

std::string now_model_bytes(const NowModel& model) {
  const NowNetOptions& o = model.net->options();
  return safetensors_bytes({{{"format", kFormat},
                             {"version", kVersion},
                             {"cell", name_of(cell_names(), o.cell)},
                             {"patch", std::to_string(o.patch)},
                             {"units", std::to_string(o.units)},
                             {"layers", std::to_string(o.layers)},
                             {"width", std::to_string(o.width)},
                             {"made", model.made}},
                            model.net->state()},
                           TensorElements::bf16);
}

NowModel parse_now_model(std::string_view bytes, const std::string& name) {
  const TensorFile file = parse_safetensors(bytes, name);
  const std::string &format = entry(file, "format", name), &version = entry(file, "version", name);
  if (format != kFormat)
    throw FormatError(concat(name, ": expected the format \"", kFormat, "\", found \"", format, '"'), 8);
  if (version != kVersion)
    throw FormatError(concat(name, ": expected weights of version ", kVersion, ", found version ", version,
                             ": this program and the weights are of different releases"),
                      8);
  NowNetOptions options;
  try {
    options.cell = parse_name(cell_names(), entry(file, "cell", name));
  } catch (const ValueError& error) {
    throw FormatError(concat(name, ": ", error.what()), 8);
  }
  options.patch = size_entry(file, "patch", name);
  options.units = size_entry(file, "units", name);
  options.layers = size_entry(file, "layers", name, kMaxLayers);
  options.width = size_entry(file, "width", name);
  NowModel model{std::make_shared<NowNet>(options), entry(file, "made", name)};
  load_weights(*model.net, file.tensors, name);
  return model;
}

}  // namespace recurra
