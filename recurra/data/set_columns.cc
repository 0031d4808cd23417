// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/set_columns.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "recurra/data/number.h"
#include "recurra/data/number_hint.h"
#include "recurra/data/utf8.h"

namespace recurra {
namespace {

std::string named_as(const Table& sample, std::initializer_list<std::string_view> names) {
  for (const std::string_view wanted : names)
    for (const std::string& name : sample.names())
      if (lower_ascii(name) == wanted) return name;
  return "";
}

/// Names in quotes, as a message lists them.
std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kMaxNames = 8;
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), kMaxNames); ++i)
    out += (i == 0 ? "" : ", ") + quote_for_message(names[i]);
  return names.size() > kMaxNames ? concat(out, " and ", names.size() - kMaxNames, " more") : out;
}

/// What a message says of a column whose cells would all be numbers if the comma, or the point, were the decimal sign;
/// "" of any other.
std::string other_decimal_sign(const Table& sample, const std::string& name, bool decimal_comma) {
  const Index column = sample.column_index(name);
  std::string found;
  for (Index row = 0; row < sample.rows(); ++row) {
    const std::string_view cell = sample.cell(row, column);
    double value = 0;
    if (read_number(cell, !decimal_comma, value) == CellKind::text) return "";
    if (found.empty() && read_number(cell, decimal_comma, value) == CellKind::text)
      found = concat("column ", quote_for_message(name), " holds ", quote_for_message(trim(cell)),
                     why_no_number(cell, decimal_comma));
  }
  return found;
}

/// The rows of the longest series, so that stamps do not repeat.
Table rows_of_one_series(const Table& sample, const std::string& id) {
  const Index column = sample.column_index(id);
  std::map<std::string_view, Index> counts;
  for (Index row = 0; row < sample.rows(); ++row) ++counts[trim(sample.cell(row, column))];
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](auto& a, auto& b) { return a.second < b.second; })->first;
  Table out(sample.file_name(), sample.names());
  std::vector<std::string_view> cells(sample.names().size());
  for (Index row = 0; row < sample.rows(); ++row) {
    if (trim(sample.cell(row, column)) != most) continue;
    for (Index c = 0; c < sample.columns(); ++c) cells[static_cast<std::size_t>(c)] = sample.cell(row, c);
    out.add_row(cells, static_cast<std::uint32_t>(sample.file_row(row)));
  }
  return out;
}

class LayoutFinder {
 public:
  LayoutFinder(const Table& sample, const SetRequest& request) : sample_(sample), request_(request) {}

  SetLayout find() {
    find_id();
    add_roles();
    find_times_of_rows();
    if (with_role(Role::target).empty()) guess_target();
    std::stable_partition(layout_.columns.begin(), layout_.columns.end(),
                          [](const SetColumn& column) { return column.role == Role::target; });
    for (SetColumn& column : layout_.columns) find_kind(column);
    tell_unused();
    return std::move(layout_);
  }

 private:
  void find_id() {
    layout_.id = request_.id;
    if (!layout_.id.empty()) {
      static_cast<void>(sample_.column_index(layout_.id));
      return;
    }
    layout_.id = named_as(sample_, {"unique_id", "series_id", "item_id"});
    if (!layout_.id.empty())
      layout_.notes.push_back(concat("series: identified by column ", quote_for_message(layout_.id)));
  }

  void add_roles() {
    const std::vector<std::pair<Role, const std::vector<std::string>*>> asked = {{Role::target, &request_.targets},
                                                                                 {Role::known, &request_.known},
                                                                                 {Role::past, &request_.past},
                                                                                 {Role::fixed, &request_.fixed}};
    for (const auto& [role, names] : asked)
      for (const std::string& name : *names) {
        static_cast<void>(sample_.column_index(name));
        const auto before = std::find_if(layout_.columns.begin(), layout_.columns.end(),
                                         [&](const SetColumn& column) { return column.name == name; });
        require(before == layout_.columns.end(), sample_.file_name(), ": column ", quote_for_message(name), " is both ",
                before == layout_.columns.end() ? "" : name_of(role_names(), before->role), " and ",
                name_of(role_names(), role), "; expected one role");
        require(name != layout_.id, sample_.file_name(), ": column ", quote_for_message(name),
                " identifies the series, so it cannot be ", name_of(role_names(), role), " too");
        layout_.columns.push_back({name, role});
      }
  }

  void find_times_of_rows() {
    const Table one = layout_.id.empty() ? Table(sample_) : rows_of_one_series(sample_, layout_.id);
    layout_.times = find_set_times(one, request_, layout_);
    if (layout_.times.columns.empty() && request_.time != "none")
      layout_.notes.push_back("time axis: none, since " + layout_.times.why);
  }

  std::vector<std::string> with_role(Role role) const {
    std::vector<std::string> out;
    for (const SetColumn& column : layout_.columns)
      if (column.role == role) out.push_back(column.name);
    return out;
  }

  std::vector<std::string> unused() const {
    std::vector<std::string> out;
    for (const std::string& name : sample_.names()) {
      const auto& times = layout_.times.columns;
      const bool used = name == layout_.id || std::find(times.begin(), times.end(), name) != times.end() ||
                        std::any_of(layout_.columns.begin(), layout_.columns.end(),
                                    [&](const SetColumn& column) { return column.name == name; });
      if (!used) out.push_back(name);
    }
    return out;
  }

  void guess_target() {
    std::string target = named_as(sample_, {"y", "target"});
    if (target.empty()) {
      std::vector<std::string> numbers;
      for (const std::string& name : unused())
        if (kind_of_column(sample_, sample_.column_index(name), request_) == ColumnKind::number)
          numbers.push_back(name);
      std::string found;
      for (const std::string& name : unused())
        if (numbers.empty() && found.empty()) found = other_decimal_sign(sample_, name, request_.csv.decimal_comma);
      require(!numbers.empty(), sample_.file_name(), ": no column of numbers is left to forecast; its columns are ",
              listed(sample_.names()), found.empty() ? "" : "; ", found);
      require(numbers.size() == 1, sample_.file_name(), ": columns ", listed(numbers),
              " hold numbers; say which is to be forecast with --target, or --wide if each is a series");
      target = numbers[0];
    }
    layout_.columns.push_back({target, Role::target});
    layout_.notes.push_back(concat("target: column ", quote_for_message(target)));
  }

  void find_kind(SetColumn& column) const {
    if (request_.like != nullptr) {
      const SetColumn& before =
          request_.like->columns[static_cast<std::size_t>(request_.like->column_index(column.name))];
      column.kind = before.kind;
      column.categories = before.categories;
      return;
    }
    if (column.role == Role::target) return;
    column.kind = kind_of_column(sample_, sample_.column_index(column.name), request_);
    const auto& chosen = request_.categories;
    if (column.kind != ColumnKind::category || std::find(chosen.begin(), chosen.end(), column.name) != chosen.end())
      return;
    const std::string found = other_decimal_sign(sample_, column.name, request_.csv.decimal_comma);
    require(found.empty(), sample_.file_name(), ": ", found, "; if these are categories, say so with --categories ",
            column.name);
  }

  void tell_unused() {
    const auto names = unused();
    if (!names.empty())
      layout_.notes.push_back(concat("not used: ", names.size() == 1 ? "column " : "columns ", listed(names),
                                     "; say with --known, --past or --static what should be"));
    for (const SetColumn& column : layout_.columns)
      if (column.kind != ColumnKind::number)
        layout_.notes.push_back(concat("column ", quote_for_message(column.name), ": ",
                                       column.kind == ColumnKind::truth ? "true or false" : "categories"));
  }

  const Table& sample_;
  const SetRequest& request_;
  SetLayout layout_;
};

}  // namespace

const Names<SetForm>& set_form_names() {
  static const Names<SetForm> names = {
      {"long", SetForm::long_rows}, {"wide", SetForm::wide}, {"by-row", SetForm::by_row}};
  return names;
}

SetLayout find_layout(const Table& sample, const SetRequest& request) {
  return LayoutFinder(sample, request).find();
}

std::vector<Index> column_indices(const Table& table, const std::vector<std::string>& names) {
  std::unordered_map<std::string_view, Index> places;
  for (Index c = table.columns(); c-- > 0;) {
    const auto [place, is_new] = places.emplace(table.names()[static_cast<std::size_t>(c)], c);
    if (!is_new) place->second = -1;  // the name of several
  }
  std::vector<Index> out;
  for (const std::string& name : names) {
    const auto place = places.find(name);
    const bool one = place != places.end() && place->second >= 0;
    out.push_back(one ? place->second : table.column_index(name));
  }
  return out;
}

ColumnKind kind_of_column(const Table& sample, Index column, const SetRequest& request) {
  const std::string& name = sample.names()[static_cast<std::size_t>(column)];
  if (std::find(request.categories.begin(), request.categories.end(), name) != request.categories.end())
    return ColumnKind::category;
  bool number = true, truth = true;
  int words = -1;
  Index present = 0;
  for (Index row = 0; row < sample.rows(); ++row) {
    double value = 0;
    const CellKind kind = read_number(sample.cell(row, column), request.csv.decimal_comma, value);
    if (kind == CellKind::missing) continue;
    ++present;
    number &= kind != CellKind::text;
    const auto word = read_truth(sample.cell(row, column));
    truth &= word && (words < 0 || words == word->words);
    if (word) words = word->words;
  }
  return number || present == 0 ? ColumnKind::number : truth ? ColumnKind::truth : ColumnKind::category;
}

FoundTimes find_set_times(const Table& table, const SetRequest& request, const SetLayout& layout) {
  TimeRequest wanted{.column = request.time, .format = request.time_format, .rows = table.rows()};
  for (const SetColumn& column : layout.columns) wanted.values.push_back(column.name);
  if (!layout.id.empty()) wanted.values.push_back(layout.id);
  if (request.like != nullptr && request.like->calendar.axis) wanted.like = &request.like->calendar.axis->format;
  const auto& before = layout.times;
  if (!before.columns.empty()) {
    wanted.like = &before.times.format;
    wanted.column.clear();
    for (const std::string& name : before.columns) {
      wanted.column += wanted.column.empty() ? "" : ",";
      for (const char c : name)
        wanted.column += c == ',' && before.columns.size() > 1 ? std::string("\\,") : std::string(1, c);
    }
  } else if (wanted.column.empty() && table.has_column("ds")) {
    wanted.column = "ds";
  }
  return find_times(table, wanted);
}

}  // namespace recurra
