// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/layer_order.h"

#include <algorithm>

namespace recurra {
namespace {

constexpr std::size_t kMaxItemsToOrder = 8;  // orders are tried one by one

using Order = std::vector<std::size_t>;  ///< indices of items

/// Whether `next` may stand behind the items in `before`.
bool fits(const std::vector<NamedLayers>& items, const Order& before, std::size_t next) {
  if (before.empty() || items[next].is<StreamEmbedding>()) return before.empty();
  return items[before.back()].outputs() == items[next].inputs();
}

/// Orders of all items in which the outputs of each fit the inputs of the next. Items are sorted by name, so the
/// first of several orders is the one nearest to it.
void find_orders(const std::vector<NamedLayers>& items, Order& chosen, std::vector<Order>& found) {
  if (chosen.size() == items.size()) return found.push_back(chosen);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (std::find(chosen.begin(), chosen.end(), i) != chosen.end() || !fits(items, chosen, i)) continue;
    if (items[i].is<StreamCell>()) {  // stacks keep the order of their names
      const auto is_recurrent = [&](const NamedLayers& item) { return item.is<StreamCell>(); };
      const auto before = std::count_if(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(i), is_recurrent);
      const auto taken =
          std::count_if(chosen.begin(), chosen.end(), [&](std::size_t at) { return is_recurrent(items[at]); });
      if (before != taken) continue;
    }
    chosen.push_back(i);
    find_orders(items, chosen, found);
    chosen.pop_back();
  }
}

std::string described(const std::vector<NamedLayers>& items) {
  std::string all;
  for (const NamedLayers& item : items)
    all += concat(all.empty() ? "" : ", ", item.name.empty() ? "(no name)" : item.name, " ", item.inputs(), " -> ",
                  item.outputs());
  return all;
}

/// An order that fits, and whether the place of each layer normalisation follows from the shapes.
struct Fit {
  Order order;
  bool norms_are_placed = true;
};

std::optional<Fit> order_by_shapes(const std::vector<NamedLayers>& items, const std::string& file) {
  require(items.size() <= kMaxItemsToOrder, file, ": ", items.size(),
          " layers are too many to order by shape; give their order");
  Order chosen;
  std::vector<Order> found;
  find_orders(items, chosen, found);
  if (found.empty()) return std::nullopt;
  const auto dense_before = [&](const Order& order) {
    const auto stack =
        std::find_if(order.begin(), order.end(), [&](std::size_t i) { return items[i].is<StreamCell>(); });
    return std::count_if(order.begin(), stack, [&](std::size_t i) { return items[i].is<StreamDense>(); });
  };
  const Order& best = *std::min_element(
      found.begin(), found.end(), [&](const auto& a, const auto& b) { return dense_before(a) < dense_before(b); });
  const auto without_norms = [&](Order order) {
    std::erase_if(order, [&](std::size_t i) { return items[i].is<StreamLayerNorm>(); });
    return order;
  };
  const Order others = without_norms(best);
  const auto same =
      std::count_if(found.begin(), found.end(), [&](const Order& order) { return without_norms(order) == others; });
  return Fit{best, same == 1};
}

Order order_by_name(const std::vector<NamedLayers>& items, const std::string& file,
                    const std::vector<std::string>& names) {
  Order order;
  bool repeated = false;
  for (const std::string& name : names) {
    const auto at =
        std::find_if(items.begin(), items.end(), [&](const NamedLayers& item) { return item.name == name; });
    require(at != items.end(), file, ": there is no layer \"", name, "\", which the order names");
    const auto item = static_cast<std::size_t>(at - items.begin());
    repeated |= std::find(order.begin(), order.end(), item) != order.end();
    order.push_back(item);
  }
  require(!repeated && order.size() == items.size(), file, ": the order must name each of the ", items.size(),
          " layers once");
  return order;
}

/// What the items are, and their order.
struct Reading {
  std::vector<NamedLayers> items;
  Fit fit;
  bool embeds = false;
};

std::optional<Reading> read_as(std::vector<NamedLayers> items, const std::string& file,
                               const std::vector<std::string>& names, bool embeds) {
  if (names.empty()) {
    auto fit = order_by_shapes(items, file);
    return fit ? std::optional(Reading{std::move(items), std::move(*fit), embeds}) : std::nullopt;
  }
  const Order order = order_by_name(items, file, names);
  Order before;
  for (const std::size_t i : order) {
    if (!fits(items, before, i)) return std::nullopt;
    before.push_back(i);
  }
  return Reading{std::move(items), {order}, embeds};
}

/// Chooses among the ways to read matrices without bias, each a dense layer or at most one of them an embedding.
Reading choose_reading(const std::vector<NamedLayers>& items, const std::string& file,
                       const std::vector<std::string>& names, std::optional<bool> embedding) {
  std::vector<Reading> readings;
  std::string tables;
  const auto add = [&](std::optional<Reading> reading) {
    if (reading && embedding.value_or(reading->embeds) == reading->embeds) readings.push_back(std::move(*reading));
  };
  add(read_as(items, file, names, false));
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto* dense = std::get_if<StreamDense>(&items[i].layers.front());
    if (!dense || dense->b.defined() || dense->W.dim(0) < 2 || dense->activation != StreamActivation::none) continue;
    auto with_table = items;
    with_table[i].layers = {StreamEmbedding{dense->W}};
    const std::size_t before = readings.size();
    add(read_as(std::move(with_table), file, names, true));
    if (readings.size() > before)
      tables += concat(tables.empty() ? "" : ", ", items[i].name, ".weight ", dense->W.shape());
  }
  require<ShapeError>(!readings.empty(), file, ": the layers fit in ",
                      names.empty() ? "no order: " : "another order: ", described(items),
                      embedding == true ? ", and none of them first as an embedding" : "");
  require(readings.size() == 1, file, ": ", tables,
          " could be an embedding or a dense layer without bias; say which by the option embedding, or give the order");
  require(readings.front().fit.norms_are_placed, file,
          ": the layer normalisation fits in several places; give the order of the layers: ",
          described(readings.front().items));
  return std::move(readings.front());
}

}  // namespace

std::vector<ChainLayer> arranged(const std::vector<NamedLayers>& items, const std::string& file,
                                 const std::vector<std::string>& names, std::optional<bool> embedding) {
  const Reading reading = choose_reading(items, file, names, embedding);
  std::vector<ChainLayer> layers;
  for (const std::size_t i : reading.fit.order)
    layers.insert(layers.end(), reading.items[i].layers.begin(), reading.items[i].layers.end());
  return layers;
}

}  // namespace recurra
