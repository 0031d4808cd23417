// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/ts_file.h"

#include <algorithm>
#include <cmath>

#include "recurra/data/number.h"
#include "recurra/data/text_file.h"
#include "recurra/data/utf8.h"

namespace recurra {
namespace {

constexpr std::size_t kMaxChannels = 100'000;

/// The part before `separator`; both are removed from `rest`.
std::string_view take(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return part;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < text.size();) {
    at = std::min(text.find_first_not_of(" \t", at), text.size());
    const std::size_t end = std::min(text.find_first_of(" \t", at), text.size());
    if (end > at) out.push_back(text.substr(at, end - at));
    at = end;
  }
  return out;
}

class TsReader {
 public:
  TsReader(std::string text, const std::string& name, TsTarget target) : text_(std::move(text)), target_(target) {
    set_.source = name;
  }

  LabelledSequences read() {
    std::string_view rest = text_;
    if (rest.substr(0, 3) == "\xEF\xBB\xBF") rest.remove_prefix(3);
    while (!rest.empty()) {
      ++line_;
      const std::string_view line = trim_line(take(rest, '\n'));
      if (line.empty() || line[0] == '#') continue;
      if (in_data_) {
        read_sequence(line);
      } else {
        read_header(line);
      }
    }
    check(in_data_, "expected a line @data");
    check(set_.count() > 0, "there is no sequence below @data");
    if (padded_ > 0)
      set_.warnings.push_back(concat(set_.source, ": ", padded_, padded_ == 1 ? " sequence ends" : " sequences end",
                                     " in missing values of all channels; these ", padding_,
                                     " steps are padding and do not count"));
    return std::move(set_);
  }

 private:
  template <class... Parts>
  void check(bool ok, const Parts&... parts) const {
    if (!ok) throw FormatError(concat(set_.source, " line ", line_, ": ", parts...));
  }

  static std::string_view trim_line(std::string_view line) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return trim(line);
  }

  void read_header(std::string_view line) {
    check(line[0] == '@', "expected a header line that begins with @, or @data, found ", quote_for_message(line));
    const auto parts = words(line);
    const std::string key = lower_ascii(parts[0]);
    const std::string value = parts.size() > 1 ? lower_ascii(parts[1]) : "";
    if (key == "@data") {
      in_data_ = true;
    } else if (key == "@timestamps") {
      require<UnsupportedError>(value != "true", set_.source, " line ", line_,
                                ": time stamps in .ts files are not read; export only the values");
    } else if (key == "@classlabel") {
      check(value == "true" || value == "false", "expected @classLabel true or false, found ", quote_for_message(line));
      labelled_ = value == "true";
      for (std::size_t i = 2; i < parts.size(); ++i) classes_.emplace_back(parts[i]);
    } else if (key == "@targetlabel") {
      require<UnsupportedError>(value != "true" || target_ == TsTarget::number, set_.source, " line ", line_,
                                ": the file holds numbers to predict, not labels; recurra regress predicts them");
      labelled_ = labelled_ || value == "true";
    }
  }

  void read_sequence(std::string_view line) {
    std::vector<std::string_view> parts;
    while (!line.empty()) {
      parts.push_back(take(line, ':'));
      check(parts.size() <= kMaxChannels, "more than ", kMaxChannels, " channels");
    }
    std::string label;
    if (labelled_) {
      check(parts.size() >= 2, "expected values, a colon and a label");
      label = trim(parts.back());
      check(is_utf8(label), "the label ", quote_for_message(label), " is not UTF-8; convert the file to UTF-8");
      parts.pop_back();
      check(classes_.empty() || std::find(classes_.begin(), classes_.end(), label) != classes_.end(), "the label ",
            quote_for_message(label), " is not in the list of @classLabel");
    }
    if (set_.channels.empty()) {
      for (std::size_t c = 0; c < parts.size(); ++c) set_.channels.push_back(concat("channel", c + 1));
      set_.x = Sequences<float>(static_cast<Index>(parts.size()));
    }
    const std::size_t D = set_.channels.size();
    check(parts.size() == D, "expected ", D, " channels as in the first sequence, found ", parts.size());
    std::vector<float> steps = read_channels(parts);
    drop_padding(steps, D);
    set_.add(concat(set_.count() + 1), label, steps);
  }

  /// Files of equal length pad shorter sequences with missing values.
  void drop_padding(std::vector<float>& steps, std::size_t D) {
    const auto last = std::find_if(steps.rbegin(), steps.rend(), [](float v) { return !std::isnan(v); });
    const auto kept = (static_cast<std::size_t>(steps.rend() - last) + D - 1) / D * D;
    padded_ += kept < steps.size();
    padding_ += static_cast<Index>((steps.size() - kept) / D);
    steps.resize(kept);
  }

  std::vector<float> read_channels(const std::vector<std::string_view>& parts) const {
    const std::size_t D = parts.size();
    std::vector<float> steps;
    std::size_t length = 0;
    for (std::size_t c = 0; c < D; ++c) {
      std::string_view rest = trim(parts[c]);
      const std::size_t count =
          rest.empty() ? 0 : static_cast<std::size_t>(std::count(rest.begin(), rest.end(), ',')) + 1;
      if (c == 0) {
        length = count;
        steps.resize(length * D);
      }
      check(count == length, "channel ", c + 1, " has ", count, " values, channel 1 has ", length);
      for (std::size_t t = 0; t < count; ++t) steps[t * D + c] = read_value(take(rest, ','), c, t);
    }
    return steps;
  }

  float read_value(std::string_view cell, std::size_t channel, std::size_t step) const {
    double value = 0;
    const CellKind kind = read_number(cell, false, value);
    check(kind != CellKind::too_large, "channel ", channel + 1, " value ", step + 1, ": expected a number of at most ",
          kLargestNumber, " in size, found ", quote_for_message(cell), "; divide the values by a power of ten");
    check(kind == CellKind::number || kind == CellKind::missing, "channel ", channel + 1, " value ", step + 1,
          ": expected a number or ?, found ", quote_for_message(cell));
    return static_cast<float>(value);
  }

  std::string text_;
  TsTarget target_;
  LabelledSequences set_;
  std::size_t line_ = 0;
  Index padded_ = 0, padding_ = 0;  ///< sequences, steps
  bool in_data_ = false, labelled_ = false;
  std::vector<std::string> classes_;
};

}  // namespace

LabelledSequences read_ts(std::istream& in, const std::string& name, TsTarget target) {
  return TsReader(read_text(in, name), name, target).read();
}

LabelledSequences read_ts_file(const std::string& path, TsTarget target) {
  return TsReader(read_text_file(path), path, target).read();
}

}  // namespace recurra
