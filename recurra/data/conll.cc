// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/conll.h"

#include "recurra/data/number.h"
#include "recurra/data/text_file.h"
#include "recurra/data/utf8.h"

namespace recurra {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::vector<std::string_view> columns_of(std::string_view line) {
  std::vector<std::string_view> out;
  for (std::size_t at = line.find_first_not_of(kBlanks); at != std::string_view::npos;
       at = line.find_first_not_of(kBlanks, at)) {
    const std::size_t end = std::min(line.find_first_of(kBlanks, at), line.size());
    out.push_back(line.substr(at, end - at));
    at = end;
  }
  return out;
}

class ConllReader {
 public:
  ConllReader(std::string text, const std::string& name) : text_(std::move(text)) { set_.source = name; }

  TaggedSentences read() {
    const std::size_t wrong = utf8_error(text_);
    if (wrong != text_.size())
      throw FormatError(concat(set_.source, ": byte ", wrong, " is not UTF-8; convert the file to UTF-8"), wrong);
    std::string_view rest = text_;
    if (rest.substr(0, 3) == "\xEF\xBB\xBF") rest.remove_prefix(3);
    for (std::size_t line = 1; !rest.empty(); ++line) {
      const std::size_t end = rest.find('\n');
      read_line(rest.substr(0, end), line);
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    end_sentence();
    require<FormatError>(set_.count() > 0, set_.source, ": there is no token");
    return std::move(set_);
  }

 private:
  void read_line(std::string_view line, std::size_t number) {
    const auto columns = columns_of(line);
    if (columns.empty()) return end_sentence();
    if (width_ == 0) width_ = columns.size();
    require<FormatError>(width_ <= 2, set_.source, " line ", number, ": expected a token and its tag, found ", width_,
                         " columns");
    require<FormatError>(columns.size() == width_, set_.source, " line ", number, ": expected ", width_,
                         width_ == 1 ? " column" : " columns", " as in the first line, found ", columns.size(), ", ",
                         quote_for_message(line));
    tokens_.emplace_back(columns[0]);
    tags_.emplace_back(width_ == 2 ? columns[1] : std::string_view());
  }

  void end_sentence() {
    if (tokens_.empty()) return;
    set_.tokens.push_back(std::move(tokens_));
    set_.tags.push_back(std::move(tags_));
    tokens_.clear();
    tags_.clear();
  }

  std::string text_;
  TaggedSentences set_;
  std::size_t width_ = 0;
  std::vector<std::string> tokens_, tags_;
};

}  // namespace

Index TaggedSentences::total_tokens() const {
  Index total = 0;
  for (const auto& sentence : tokens) total += static_cast<Index>(sentence.size());
  return total;
}

TaggedSentences subset(const TaggedSentences& set, const std::vector<Index>& items) {
  TaggedSentences out{set.source, {}, {}};
  for (const Index item : items) {
    out.tokens.push_back(set.tokens[static_cast<std::size_t>(item)]);
    out.tags.push_back(set.tags[static_cast<std::size_t>(item)]);
  }
  return out;
}

TaggedSentences read_conll(std::istream& in, const std::string& name) {
  return ConllReader(read_text(in, name), name).read();
}

TaggedSentences read_conll_file(const std::string& path) {
  return ConllReader(read_text_file(path), path).read();
}

}  // namespace recurra
