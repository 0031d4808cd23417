// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/stepper_file.h"

#include <algorithm>
#include <optional>
#include <set>

#include "recurra/io/atomic_file.h"
#include "recurra/io/safetensors.h"
#include "recurra/tensor/cell_layout.h"

namespace recurra {
namespace {

using StreamItem = std::vector<std::variant<StreamCell, StreamDense>>;  ///< a stack, or one dense layer

struct NamedItem {
  std::string name;
  StreamItem layers;
  bool recurrent() const { return std::holds_alternative<StreamCell>(layers.front()); }
  Index inputs() const { return stream_inputs(layers.front()); }
  Index outputs() const { return stream_outputs(layers.back()); }
};

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
    require(rest.empty(), name_, ": belongs to no recurrent or dense layer: ", rest);
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

std::vector<NamedItem> take_items(Tensors& tensors, const std::string& file, const StreamFileOptions& options) {
  std::vector<NamedItem> items;
  while (const auto prefix = tensors.before("weight_ih_l0")) {
    NamedItem stack{*prefix, {}};
    for (Index layer = 0; layer == 0 || tensors.has(concat(*prefix, "weight_ih_l", layer)); ++layer)
      stack.layers.emplace_back(take_cell(tensors, file, *prefix, layer, options));
    if (stack.name.ends_with('.')) stack.name.pop_back();
    items.push_back(std::move(stack));
  }
  require<UnsupportedError>(!tensors.before("_reverse"), file,
                            ": a layer reads both directions; the reverse one needs the whole sequence");
  while (const auto prefix = tensors.before(".weight")) {
    StreamDense dense{tensors.take(*prefix + ".weight", true), tensors.take(*prefix + ".bias", false)};
    require<ShapeError>(dense.W.rank() == 2, file, ": ", *prefix, ".weight ", dense.W.shape(), " is not a matrix");
    const auto activation = options.activations.find(*prefix);
    if (activation != options.activations.end()) dense.activation = activation->second;
    items.push_back({*prefix, {std::move(dense)}});
  }
  tensors.refuse_the_rest();
  for (const auto& chosen : options.activations) {
    const auto is_chosen = [&](const NamedItem& item) { return item.name == chosen.first && !item.recurrent(); };
    require(std::any_of(items.begin(), items.end(), is_chosen), file, ": there is no dense layer \"", chosen.first,
            "\" to have an activation");
  }
  return items;
}

/// Orders of all items in which the outputs of each fit the inputs of the next. Items are sorted by name, so the
/// first of several orders is the one nearest to it.
void find_orders(const std::vector<NamedItem>& items, std::vector<std::size_t>& chosen,
                 std::vector<std::vector<std::size_t>>& found) {
  if (chosen.size() == items.size()) return found.push_back(chosen);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool used = std::find(chosen.begin(), chosen.end(), i) != chosen.end();
    if (used || (!chosen.empty() && items[chosen.back()].outputs() != items[i].inputs())) continue;
    if (items[i].recurrent()) {  // stacks keep the order of their names
      const auto is_recurrent = [&](const NamedItem& item) { return item.recurrent(); };
      const auto before = std::count_if(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(i), is_recurrent);
      const auto taken =
          std::count_if(chosen.begin(), chosen.end(), [&](std::size_t at) { return items[at].recurrent(); });
      if (before != taken) continue;
    }
    chosen.push_back(i);
    find_orders(items, chosen, found);
    chosen.pop_back();
  }
}

std::vector<std::size_t> order_by_shapes(const std::vector<NamedItem>& items, const std::string& file) {
  constexpr std::size_t kMaxItems = 8;  // orders are tried one by one
  require(items.size() <= kMaxItems, file, ": ", items.size(),
          " layers are too many to order by shape; give their order");
  std::vector<std::size_t> chosen;
  std::vector<std::vector<std::size_t>> found;
  find_orders(items, chosen, found);
  std::string all;
  for (const NamedItem& item : items)
    all += concat(all.empty() ? "" : ", ", item.name.empty() ? "(no name)" : item.name, " ", item.inputs(), " -> ",
                  item.outputs());
  require<ShapeError>(!found.empty(), file, ": the layers fit in no order: ", all);
  const auto dense_before = [&](const std::vector<std::size_t>& order) {
    return std::find_if(order.begin(), order.end(), [&](std::size_t i) { return items[i].recurrent(); }) -
           order.begin();
  };
  return *std::min_element(found.begin(), found.end(),
                           [&](const auto& a, const auto& b) { return dense_before(a) < dense_before(b); });
}

std::vector<std::size_t> order_by_name(const std::vector<NamedItem>& items, const std::string& file,
                                       const std::vector<std::string>& names) {
  std::vector<std::size_t> order;
  for (const std::string& name : names) {
    const auto at = std::find_if(items.begin(), items.end(), [&](const NamedItem& item) { return item.name == name; });
    require(at != items.end(), file, ": there is no layer \"", name, "\", which the order names");
    order.push_back(static_cast<std::size_t>(at - items.begin()));
  }
  require(std::set<std::size_t>(order.begin(), order.end()).size() == items.size() && order.size() == items.size(),
          file, ": the order must name each of the ", items.size(), " layers once");
  return order;
}

}  // namespace

StreamChain parse_stream_chain(std::string_view bytes, const std::string& name, const StreamFileOptions& options) {
  const TensorFile file = parse_safetensors(bytes, name);
  require<UnsupportedError>(!file.metadata.contains("recurra"), name,
                            ": a model that recurra trained; its own task reads it, with the scaling it needs");
  Tensors tensors(file, name);
  std::vector<NamedItem> items = take_items(tensors, name, options);
  require(!items.empty(), name, ": expected recurrent or dense layers, found none");
  std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return natural_less(a.name, b.name); });
  StreamChain chain;
  chain.skip = options.skip;
  const auto order = options.order.empty() ? order_by_shapes(items, name) : order_by_name(items, name, options.order);
  for (const std::size_t i : order)
    chain.layers.insert(chain.layers.end(), items[i].layers.begin(), items[i].layers.end());
  check_stream_chain(chain);
  return chain;
}

StreamChain read_stream_chain(const std::string& path, const StreamFileOptions& options) {
  return parse_stream_chain(read_file(path, kMaxTensorFileBytes), path, options);
}

}  // namespace recurra
