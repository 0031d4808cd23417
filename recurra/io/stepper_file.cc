// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/stepper_file.h"

#include <algorithm>
#include <optional>
#include <sstream>

#include "recurra/io/atomic_file.h"
#include "recurra/io/layer_order.h"
#include "recurra/io/safetensors.h"
#include "recurra/tensor/cell_layout.h"

namespace recurra {
namespace {

/// "a10" after "a9".
bool natural_less(const std::string& a, const std::string& b) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (digit(a[i]) && digit(b[j])) {
      std::size_t m = i, n = j;
      while (m < a.size() && digit(a[m])) ++m;
      while (n < b.size() && digit(b[n])) ++n;
      if (m - i != n - j) return m - i < n - j;
      const int order = a.compare(i, m - i, b, j, n - j);
      if (order != 0) return order < 0;
      i = m;
      j = n;
    } else if (a[i] != b[j]) {
      return a[i] < b[j];
    } else {
      ++i;
      ++j;
    }
  }
  return a.size() - i < b.size() - j;
}

struct NaturalLess {
  bool operator()(const std::string& a, const std::string& b) const { return natural_less(a, b); }
};

/// Takes tensors by name, so that unused ones can be reported.
class Tensors {
 public:
  Tensors(const TensorFile& file, std::string name) : name_(std::move(name)) {
    for (const auto& [key, tensor] : file.tensors) tensors_.emplace(key, tensor);
  }
  Tensor<float> take(const std::string& key, bool needed) {
    const auto found = tensors_.find(key);
    require(found != tensors_.end() || !needed, name_, ": expected a tensor \"", key, "\"");
    if (found == tensors_.end()) return {};
    Tensor<float> tensor = found->second;
    tensors_.erase(found);
    return tensor;
  }
  bool has(const std::string& key) const { return tensors_.contains(key); }
  /// The part before `ending` of the first name that has it; empty if there is none.
  std::optional<std::string> before(std::string_view ending) const {
    for (const auto& [key, tensor] : tensors_)
      if (key.ends_with(ending)) return key.substr(0, key.size() - ending.size());
    return std::nullopt;
  }
  void refuse_the_rest() const {
    std::string rest;
    for (const auto& [key, tensor] : tensors_) rest += concat(rest.empty() ? "" : ", ", key, " ", tensor.shape());
    require(rest.empty(), name_, ": belongs to no layer that can be streamed: ", rest);
  }

 private:
  std::string name_;
  std::map<std::string, Tensor<float>, NaturalLess> tensors_;
};

StreamCell take_cell(Tensors& tensors, const std::string& file, const std::string& prefix, Index layer,
                     const StreamFileOptions& options) {
  const auto name = [&](const char* kind) { return concat(prefix, kind, "_l", layer); };
  CellParts<Tensor<float>> parts;
  for (const CellWeightRow& weight : describe(options.cell.value_or(Cell::lstm)).weights)
    parts[weight.kind] = tensors.take(name(weight.name), !weight.is_bias() && weight.kind != WeightKind::projection);
  StreamCell cell{options.one_gate, parts.W, parts.U, parts.b_ih, parts.b_hh, parts.peephole};
  cell.norm = parts.norm;
  cell.projection = parts.projection;
  if (options.cell) {
    cell.cell = *options.cell;
    const bool heads = describe(cell.cell).has_heads && cell.U.rank() == 2 && cell.U.dim(1) > 0;
    const Index H = cell.W.rank() == 2 ? cell.W.dim(0) / gate_count(cell.cell) : 0;
    if (heads && H > cell.U.dim(1) && H % cell.U.dim(1) == 0) cell.U = block_diagonal(cell.U, H / cell.U.dim(1));
    return cell;
  }
  const Index H = cell.projection.rank() == 2 ? cell.projection.dim(1)
                  : cell.U.rank() == 2        ? cell.U.dim(1)
                                              : 0,
              gates = H > 0 ? cell.U.dim(0) / H : 0;
  const Cell known[] = {options.one_gate, options.three_gates, Cell::lstm};
  const Cell* found =
      std::find_if(std::begin(known), std::end(known), [&](Cell one) { return describe(one).gate_count() == gates; });
  require<ShapeError>(H > 0 && gates * H == cell.U.dim(0) && found != std::end(known), file, ": ", name("weight_hh"),
                      " ", cell.U.shape(),
                      " is of no known cell: expected [4 H, H] (LSTM), [3 H, H] (GRU) or [H, H] (RNN)");
  cell.cell = *found;
  return cell;
}

NamedLayers take_item(Tensors& tensors, const std::string& file, const std::string& name,
                      const StreamFileOptions& options) {
  const std::string weight_name = name + ".weight";
  const Tensor<float> weight = tensors.take(weight_name, true), bias = tensors.take(name + ".bias", false);
  if (weight.rank() == 1) {
    const auto chosen = options.layer_norms.find(name);
    const bool named = chosen != options.layer_norms.end();
    require(named || bias.defined(), file, ": ", weight_name, " ", weight.shape(),
            " has no bias: name the layer in layer_norms if it is a layer normalisation without one; an RMSNorm or a "
            "PReLU cannot be streamed");
    StreamLayerNorm norm{weight, bias};
    if (named) norm.epsilon = chosen->second;
    return {name, {std::move(norm)}};
  }
  require<ShapeError>(weight.rank() == 2, file, ": ", weight_name, " ", weight.shape(),
                      " is neither a matrix nor a vector");
  StreamDense dense{weight, bias};
  const auto activation = options.activations.find(name);
  if (activation != options.activations.end()) dense.activation = activation->second;
  return {name, {std::move(dense)}};
}

/// Errors: ValueError if an option names a layer that is not there or is of another type.
template <class Layer, class Chosen>
void check_named(const std::vector<NamedLayers>& items, const std::string& file, const Chosen& options,
                 const char* what) {
  for (const auto& option : options) {
    const auto is_it = [&](const NamedLayers& item) { return item.name == option.first && item.template is<Layer>(); };
    require(std::any_of(items.begin(), items.end(), is_it), file, ": there is no ", what, " \"", option.first,
            "\", which an option names");
  }
}

std::vector<NamedLayers> take_items(Tensors& tensors, const std::string& file, const StreamFileOptions& options) {
  std::vector<NamedLayers> items;  // sorted by name: for a handful, a sort would be more code than the rest
  const auto add = [&](NamedLayers item) {
    const auto less = [](const NamedLayers& a, const NamedLayers& b) { return natural_less(a.name, b.name); };
    const auto place = std::upper_bound(items.begin(), items.end(), item, less);
    items.insert(place, std::move(item));
  };
  while (const auto prefix = tensors.before("weight_ih_l0")) {
    NamedLayers stack{*prefix, {}};
    for (Index layer = 0; layer == 0 || tensors.has(concat(*prefix, "weight_ih_l", layer)); ++layer)
      stack.layers.emplace_back(take_cell(tensors, file, *prefix, layer, options));
    if (stack.name.ends_with('.')) stack.name.pop_back();
    add(std::move(stack));
  }
  require<UnsupportedError>(!tensors.before("_reverse"), file,
                            ": a layer reads both directions; the reverse one needs the whole sequence");
  while (const auto name = tensors.before(".weight")) add(take_item(tensors, file, *name, options));
  tensors.refuse_the_rest();
  check_named<StreamDense>(items, file, options.activations, "dense layer");
  check_named<StreamLayerNorm>(items, file, options.layer_norms, "layer normalisation");
  return items;
}

std::vector<std::string> order_in(const TensorFile& file) {
  const auto text = file.metadata.find(kOrderKey);
  std::vector<std::string> names;
  if (text == file.metadata.end()) return names;
  std::istringstream words(text->second);
  for (std::string name; words >> name;) names.push_back(name);
  return names;
}

}  // namespace

StreamChain parse_stream_chain(std::string_view bytes, const std::string& name, const StreamFileOptions& options) {
  const TensorFile file = parse_safetensors(bytes, name);
  require<UnsupportedError>(!file.metadata.contains("recurra"), name,
                            ": a model that recurra trained; its own task reads it, with the scaling it needs");
  Tensors tensors(file, name);
  const std::vector<NamedLayers> items = take_items(tensors, name, options);
  require(!items.empty(), name, ": expected recurrent or dense layers, found none");
  StreamChain chain;
  chain.skip = options.skip;
  chain.layers = arranged(items, name, options.order.empty() ? order_in(file) : options.order, options.embedding);
  check_stream_chain(chain);
  return chain;
}

StreamChain read_stream_chain(const std::string& path, const StreamFileOptions& options) {
  return parse_stream_chain(read_file(path, kMaxTensorFileBytes), path, options);
}

}  // namespace recurra
