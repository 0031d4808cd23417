// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/regress/input.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "recurra/data/number.h"

namespace recurra {
namespace {

constexpr const char* kOnlyTarget = "target";

std::vector<double> numbers_of(const LabelledSequences& set, const std::string& target) {
  std::vector<double> out;
  for (std::size_t i = 0; i < set.labels.size(); ++i) {
    double value = std::numeric_limits<double>::quiet_NaN();
    const CellKind kind = read_number(set.labels[i], false, value);
    require(kind == CellKind::number || kind == CellKind::missing, set.source, ": the ", target, " of sequence ",
            quote_for_message(set.ids[i]), " is ", quote_for_message(set.labels[i]),
            kind == CellKind::too_large ? ", which is too large" : ", expected a number");
    out.push_back(kind == CellKind::number ? value : std::numeric_limits<double>::quiet_NaN());
  }
  return out;
}

/// The channels of a table: all columns except those with another role.
std::vector<std::string> values_of(const Table& table, const InputColumns& columns,
                                   const std::vector<std::string>& targets) {
  std::vector<std::string> other = targets, out;
  other.insert(other.end(), {columns.id, columns.time});
  std::copy_if(table.names().begin(), table.names().end(), std::back_inserter(out),
               [&](const auto& name) { return std::find(other.begin(), other.end(), name) == other.end(); });
  return out;
}

MeasuredSequences from_table(const Table& table, InputEncoding& encoding, const std::vector<std::string>& targets,
                             bool measured) {
  require(!measured || !targets.empty(), table.file_name(), ": a table needs --target, the column of the number");
  InputEncoding own = encoding;
  if (own.columns.symbols.empty() && own.columns.values.empty() && own.channels.empty())
    own.columns.values = values_of(table, own.columns, targets);
  MeasuredSequences out;
  out.targets = targets;
  for (const std::string& target : targets) {
    if (!measured) break;
    own.columns.label = target;
    out.set = labelled_table(table, own, true);
    const std::vector<double> numbers = numbers_of(out.set, target);
    out.y.resize(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) out.y[i].push_back(numbers[i]);
  }
  own.columns.label.clear();
  if (!measured) {
    // Columns of targets are omitted silently; others that are no channel are reported.
    const std::vector<std::string> values = values_of(table, own.columns, targets);
    const auto is_channel = [&](const std::string& name) {
      return std::find(own.channels.begin(), own.channels.end(), name) != own.channels.end();
    };
    if (own.columns.values.empty() && std::all_of(values.begin(), values.end(), is_channel))
      own.columns.values = own.channels;
    out.set = labelled_table(table, own, false);
  }
  encoding = own;
  encoding.columns.values.clear();
  return out;
}

}  // namespace

MeasuredSequences read_measured(const VerbContext& context, const SequenceInput& input, const std::string& path,
                                InputEncoding& encoding, const std::vector<std::string>& targets, bool measured) {
  if (const auto table = input.table_of(context, path)) return from_table(*table, encoding, targets, measured);
  require(targets.empty() || targets == std::vector<std::string>{kOnlyTarget}, path,
          ": --target names columns of a table; this file has one number per sequence");
  MeasuredSequences out{input.read(context, path, encoding, measured, TsTarget::number), {kOnlyTarget}, {}};
  if (!measured) return out;
  for (const double number : numbers_of(out.set, kOnlyTarget)) out.y.push_back({number});
  return out;
}

MeasuredSequences subset(const MeasuredSequences& all, const std::vector<Index>& items) {
  MeasuredSequences out{subset(all.set, items), all.targets, {}};
  for (const Index i : items) out.y.push_back(all.y[static_cast<std::size_t>(i)]);
  return out;
}

}  // namespace recurra
