// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/conll.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "recurra/data/number.h"
#include "recurra/data/text_file.h"
#include "recurra/data/utf8.h"

namespace recurra {
namespace {

using Cells = std::vector<std::string_view>;

constexpr std::string_view kBlanks = " \t\r";
constexpr const char* kNoBreakSpace = "\xC2\xA0";
constexpr std::size_t kMinNumbered = 3;  // columns of a file whose first one may count the tokens

const std::vector<std::string> kConllU = {"id",    "form", "lemma",  "upos", "xpos",
                                          "feats", "head", "deprel", "deps", "misc"};

Cells blank_separated(std::string_view line) {
  Cells out;
  for (std::size_t at = line.find_first_not_of(kBlanks); at != std::string_view::npos;
       at = line.find_first_not_of(kBlanks, at)) {
    const std::size_t end = std::min(line.find_first_of(kBlanks, at), line.size());
    out.push_back(line.substr(at, end - at));
    at = end;
  }
  return out;
}

/// Splits at tabs if there are any, as cells may then contain blanks.
Cells cells_of(std::string_view line) {
  const std::size_t end = line.find_last_not_of(kBlanks);
  if (end == std::string_view::npos) return {};
  line = line.substr(0, end + 1);
  if (line.find('\t') == std::string_view::npos) return blank_separated(line);
  Cells out;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t tab = std::min(line.find('\t', at), line.size());
    out.push_back(trim(line.substr(at, tab - at)));
    at = tab + 1;
  }
  return out;
}

/// Removes the number at the beginning of a text and returns it; -1 if there is none.
Index take_number(std::string_view& text) {
  Index value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < 0) return -1;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

/// The first column of CoNLL-U: a token's number, a multiword token (1-2), an empty node (1.1), or neither.
enum class IdKind { token, multiword, empty_node, other };

IdKind id_kind(std::string_view cell, Index& number) {
  number = take_number(cell);
  if (number < 0) return IdKind::other;
  if (cell.empty()) return IdKind::token;
  const char joint = cell[0];
  cell.remove_prefix(1);
  if ((joint != '-' && joint != '.') || take_number(cell) < 0 || !cell.empty()) return IdKind::other;
  return joint == '-' ? IdKind::multiword : IdKind::empty_node;
}

bool is_comment(const Cells& cells, bool numbered, std::size_t width) {
  return cells[0].starts_with('#') && (numbered || cells.size() != width);
}

class ConllReader {
 public:
  ConllReader(std::string text, const std::string& name, const ConllColumns& columns)
      : text_(std::move(text)), columns_(columns) {
    set_.source = name;
  }

  TaggedSentences read() {
    const std::size_t wrong = utf8_error(text_);
    if (wrong != text_.size())
      throw FormatError(concat(set_.source, " line ",
                               1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(wrong), '\n'),
                               ": the text is not UTF-8; convert the file to UTF-8"),
                        wrong);
    for_each_line([this](const Cells& cells, std::size_t) { look_at(cells); });
    choose_columns();
    for_each_line([this](const Cells& cells, std::size_t line) { read_line(cells, line); });
    end_sentence();
    require<FormatError>(set_.count() > 0, set_.source, ": there is no token");
    tell();
    return std::move(set_);
  }

 private:
  template <class Fn>
  void for_each_line(Fn fn) const {
    std::string_view rest = text_;
    if (rest.substr(0, 3) == "\xEF\xBB\xBF") rest.remove_prefix(3);
    for (std::size_t line = 1; !rest.empty(); ++line) {
      const std::size_t end = rest.find('\n');
      fn(cells_of(rest.substr(0, end)), line);
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
  }

  /// The first pass: number of columns, whether the first one counts tokens, and the names of the columns.
  void look_at(const Cells& cells) {
    if (cells.empty()) {
      expected_id_ = 1;
      return;
    }
    if (cells[0] == "-DOCSTART-") return;
    if (cells[0].starts_with('#')) {
      if (cells[0] == "#" && cells.size() > 4 && cells[1] == "global.columns" && cells[2] == "=")
        for (std::size_t c = 3; c < cells.size(); ++c) names_.push_back(lower_ascii(cells[c]));
      lone_hash_ = lone_hash_ || cells.size() == 1;
      return;
    }
    if (width_ == 0) width_ = cells.size();
    Index number = 0;
    const IdKind kind = id_kind(cells[0], number);
    if (kind == IdKind::other || (kind == IdKind::token && number != expected_id_)) numbered_ = false;
    if (kind == IdKind::token) ++expected_id_;
  }

  void choose_columns() {
    if (width_ == 0) width_ = lone_hash_ ? 1 : 0;  // only tokens #, or only comments
    numbered_ = numbered_ && width_ >= kMinNumbered;
    if (!numbered_)
      names_ = width_ == 3   ? std::vector<std::string>{"word", "pos", "chunk"}
               : width_ == 4 ? std::vector<std::string>{"word", "pos", "chunk", "ner"}
                             : std::vector<std::string>();
    if (numbered_ && names_.empty()) {
      names_ = kConllU;
      names_.resize(std::min(names_.size(), width_));
    }
    const std::size_t last = width_ > 0 ? width_ - 1 : 0;
    token_ = width_ <= 1 ? 0 : columns_.token.empty() ? default_token() : column(columns_.token, "token");
    tag_ = width_ <= 1 ? kNone : columns_.tag.empty() ? default_tag(last) : column(columns_.tag, "tag");
  }

  std::size_t place_of(std::string_view name) const {
    return static_cast<std::size_t>(std::find(names_.begin(), names_.end(), name) - names_.begin());
  }

  std::size_t default_token() const {
    if (!numbered_) return 0;
    const std::size_t form = place_of("form");
    return form < names_.size() ? form : 1;
  }

  std::size_t default_tag(std::size_t last) const {
    if (!numbered_) return last;
    const std::size_t upos = place_of("upos");
    if (upos < std::min(names_.size(), width_)) return upos;
    return last > token_ ? last : kNone;
  }

  std::size_t column(const std::string& wanted, const char* what) const {
    std::string_view rest = wanted;
    const Index number = take_number(rest);
    if (number >= 0 && rest.empty()) {
      require(number >= 1 && number <= static_cast<Index>(width_), set_.source, ": the ", what, " column ", number,
              " is not there; the file has ", width_, " columns");
      return static_cast<std::size_t>(number) - 1;
    }
    const std::size_t place = place_of(lower_ascii(wanted));
    std::string known;
    for (const auto& name : names_) known += (known.empty() ? "" : ", ") + name;
    require(place < std::min(names_.size(), width_), set_.source, ": there is no ", what, " column ",
            quote_for_message(wanted), "; expected a number from 1 to ", width_,
            known.empty() ? "" : concat(", or one of ", known));
    return place;
  }

  void read_line(const Cells& cells, std::size_t line) {
    if (cells.empty()) return end_sentence();
    if (cells[0] == "-DOCSTART-") {
      ++document_starts_;
      return end_sentence();
    }
    if (is_comment(cells, numbered_, width_) && (numbered_ || tokens_.empty())) {
      ++comments_;
      return;
    }
    require<FormatError>(cells.size() == width_, set_.source, " line ", line, ": expected ", width_,
                         width_ == 1 ? " column" : " columns", " as in the first line, found ", cells.size(), ", ",
                         quote_for_message(cells[0]), cells.size() > 1 ? " ..." : "");
    Index number = 0;
    const IdKind kind = numbered_ ? id_kind(cells[0], number) : IdKind::token;
    multiword_ += kind == IdKind::multiword;
    empty_nodes_ += kind == IdKind::empty_node;
    if (kind != IdKind::token) return;
    add_token(cells, line);
  }

  void add_token(const Cells& cells, std::size_t line) {
    require<FormatError>(!cells[token_].empty(), set_.source, " line ", line, ": the token column ", token_ + 1,
                         " is empty");
    std::string token;
    for (const char c : cells[token_]) token += c == ' ' ? std::string(kNoBreakSpace) : std::string(1, c);
    with_blanks_ += token.size() > cells[token_].size();
    tokens_.push_back(std::move(token));
    const std::string_view tag = tag_ == kNone ? std::string_view() : cells[tag_];
    const bool no_tag = numbered_ && tag == "_" && tag_ < names_.size() && names_[tag_] != "feats";
    tags_.emplace_back(no_tag ? std::string_view() : tag);
  }

  void end_sentence() {
    if (tokens_.empty()) return;
    set_.tokens.push_back(std::move(tokens_));
    set_.tags.push_back(std::move(tags_));
    tokens_.clear();
    tags_.clear();
  }

  std::string named(std::size_t c) const {
    return c < names_.size() ? concat(c + 1, " (", names_[c], ")") : concat(c + 1);
  }

  void tell() {
    if (width_ > 2)
      set_.notes.push_back(concat(set_.source, ": ", width_, " columns",
                                  numbered_ ? ", numbered tokens as in CoNLL-U" : "", "; tokens from column ",
                                  named(token_), tag_ == kNone ? "" : concat(", tags from column ", named(tag_))));
    std::string skipped;
    const auto count = [&](Index n, const char* what) {
      if (n > 0) skipped += concat(skipped.empty() ? "" : ", ", n, " ", what, n == 1 ? "" : "s");
    };
    count(comments_, "comment line");
    count(document_starts_, "-DOCSTART- line");
    count(multiword_, "multiword token");
    count(empty_nodes_, "empty node");
    if (!skipped.empty()) set_.notes.push_back(concat(set_.source, ": skipped ", skipped));
    if (with_blanks_ > 0)
      set_.notes.push_back(concat(set_.source, ": ", with_blanks_, " tokens hold blanks, read as no-break spaces"));
  }

  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  std::string text_;
  ConllColumns columns_;
  TaggedSentences set_;
  std::size_t width_ = 0;
  bool numbered_ = true, lone_hash_ = false;
  Index expected_id_ = 1;
  std::vector<std::string> names_;  ///< of the columns, from the first on
  std::size_t token_ = 0, tag_ = kNone;
  Index comments_ = 0, document_starts_ = 0, multiword_ = 0, empty_nodes_ = 0, with_blanks_ = 0;
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

TaggedSentences read_conll(std::istream& in, const std::string& name, const ConllColumns& columns) {
  return ConllReader(read_text(in, name), name, columns).read();
}

TaggedSentences read_conll_file(const std::string& path, const ConllColumns& columns) {
  return ConllReader(read_text_file(path), path, columns).read();
}

}  // namespace recurra
