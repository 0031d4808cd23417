// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/tag/encoding.h"

#include <algorithm>
#include <unordered_map>

namespace recurra {
namespace {

constexpr std::size_t kMaxLetters = 60;  // read from a token: half from its beginning, half from its end

Tensor<std::int64_t> without_depth(const PaddedBatch<std::int64_t>& batch) {
  return batch.x.reshape({batch.x.dim(0), batch.x.dim(1)});
}

/// A very long token, such as a link, is read by its two ends.
void shorten(std::vector<std::int64_t>& letters) {
  if (letters.size() <= kMaxLetters) return;
  const auto half = static_cast<std::ptrdiff_t>(kMaxLetters / 2);
  letters.erase(letters.begin() + half, letters.end() - half);
}

}  // namespace

EncodedSentences::EncodedSentences(const TokenCodes& codes, const TaggedSentences& set)
    : spelled_(codes.letters != nullptr) {
  for (const auto& sentence : set.tokens) {
    std::vector<std::int64_t> ids;
    for (const auto& token : sentence) {
      const auto id = codes.words.find(token);
      if (!id) ++unknown_;
      ids.push_back(id.value_or(*codes.words.unknown()));
    }
    if (codes.reverse) std::reverse(ids.begin(), ids.end());
    ids_.add(ids);
  }
  if (spelled_) spell(codes, set);
}

void EncodedSentences::spell(const TokenCodes& codes, const TaggedSentences& set) {
  std::unordered_map<std::string_view, std::int64_t> numbers;
  for (const auto& sentence : set.tokens) {
    std::vector<std::int64_t> forms;
    for (const auto& token : sentence) {
      const auto [found, is_new] = numbers.emplace(token, static_cast<std::int64_t>(numbers.size()));
      forms.push_back(found->second);
      if (!is_new) continue;
      std::vector<std::int64_t> letters;
      TokenReader reader(token, set.source, TokenUnit::character);
      for (std::string_view letter; reader.next(letter);)
        letters.push_back(codes.letters->find(letter).value_or(*codes.letters->unknown()));
      shorten(letters);
      letters_.add(letters);
    }
    if (codes.reverse) std::reverse(forms.begin(), forms.end());
    forms_.add(forms);
  }
}

TagBatch EncodedSentences::batch(std::span<const Index> items) const {
  const PaddedBatch<std::int64_t> ids = gather(ids_, items);
  TagBatch out{without_depth(ids), ids.lengths};
  auto& [letters, counts, forms] = out.spelled;
  if (!spelled_) return out;
  forms = without_depth(gather(forms_, items));
  std::unordered_map<std::int64_t, std::int64_t> rows;
  std::vector<Index> different;
  const auto B = static_cast<Index>(items.size());
  for (Index b = 0; b < B; ++b)
    for (Index t = 0; t < forms.dim(0); ++t) {
      std::int64_t& form = forms[t * B + b];
      if (t >= out.lengths[static_cast<std::size_t>(b)]) {
        form = 0;  // is not read, but must be one of them
        continue;
      }
      const auto [found, is_new] = rows.emplace(form, static_cast<std::int64_t>(rows.size()));
      if (is_new) different.push_back(form);
      form = found->second;
    }
  if (different.empty()) {  // sentences without tokens: one spelling of no letter
    letters = Tensor<std::int64_t>({1, 1});
    counts = {0};
    return out;
  }
  const PaddedBatch<std::int64_t> spelled = gather(letters_, std::span<const Index>(different));
  letters = without_depth(spelled);
  counts = spelled.lengths;
  return out;
}

}  // namespace recurra
