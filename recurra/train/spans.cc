// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/spans.h"

#include <algorithm>

namespace recurra {
namespace {

bool is_part(const std::string& tag) {
  return tag.size() > 2 && (tag[0] == 'B' || tag[0] == 'I') && tag[1] == '-';
}

}  // namespace

bool is_bio(std::span<const std::string> tags) {
  const auto begins = [](const std::string& tag) { return is_part(tag) && tag[0] == 'B'; };
  return std::all_of(tags.begin(), tags.end(), [](const std::string& tag) { return tag == "O" || is_part(tag); }) &&
         std::any_of(tags.begin(), tags.end(), begins);
}

bool may_follow(const std::string& before, const std::string& tag) {
  if (!is_part(tag) || tag[0] == 'B') return true;
  return is_part(before) && before.compare(2, std::string::npos, tag, 2) == 0;
}

Index begin_spans_with_b(std::vector<std::string>& tags) {
  Index changed = 0;
  std::string before;
  for (std::string& tag : tags) {
    if (!may_follow(before, tag)) {
      tag[0] = 'B';
      ++changed;
    }
    before = tag;
  }
  return changed;
}

std::vector<TagSpan> spans_of(std::span<const std::string> tags) {
  std::vector<TagSpan> out;
  bool inside = false;
  for (std::size_t t = 0; t < tags.size(); ++t) {
    const std::string& tag = tags[t];
    const auto at = static_cast<Index>(t);
    if (!is_part(tag)) {
      inside = false;
    } else if (inside && tag[0] == 'I' && tag.compare(2, std::string::npos, out.back().type) == 0) {
      out.back().end = at + 1;
    } else {
      out.push_back({tag.substr(2), at, at + 1});
      inside = true;
    }
  }
  return out;
}

void SpanScores::add(std::span<const std::string> actual, std::span<const std::string> predicted) {
  require<ShapeError>(actual.size() == predicted.size(), "SpanScores::add: expected ", actual.size(), " tags, found ",
                      predicted.size());
  const std::vector<TagSpan> wanted = spans_of(actual), found = spans_of(predicted);
  for (const TagSpan& span : wanted) {
    Counts& counts = counts_[span.type];
    ++counts.actual;
    const auto same = std::lower_bound(found.begin(), found.end(), span,
                                       [](const TagSpan& a, const TagSpan& b) { return a.begin < b.begin; });
    counts.right += same != found.end() && *same == span;
  }
  for (const TagSpan& span : found) ++counts_[span.type].predicted;
}

LabelScore SpanScores::all() const {
  Counts sum;
  for (const auto& [type, counts] : counts_) {
    sum.actual += counts.actual;
    sum.predicted += counts.predicted;
    sum.right += counts.right;
  }
  return label_score(sum.actual, sum.predicted, sum.right);
}

std::map<std::string, LabelScore> SpanScores::by_type() const {
  std::map<std::string, LabelScore> out;
  for (const auto& [type, counts] : counts_)
    out.emplace(type, label_score(counts.actual, counts.predicted, counts.right));
  return out;
}

}  // namespace recurra
