// SPDX-License-Identifier: Apache-2.0
// A long text as token ids of 1, 2 or 4 bytes each, as the vocabulary requires. Example:
//
//   recurra::TokenSequence tokens(/*vocabulary=*/65);       // a byte each
//   tokens.push_back(64);
//   recurra::Index id = tokens[0];
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

class TokenSequence {
 public:
  /// For ids in [0, vocabulary). Errors: ValueError unless vocabulary is from 1 to 2^32.
  explicit TokenSequence(Index vocabulary) : vocabulary_(vocabulary) {
    require(vocabulary >= 1 && vocabulary <= Index{1} << 32,
            "TokenSequence: expected a vocabulary of 1 to 2^32, found ", vocabulary);
    width_ = vocabulary <= 256 ? 1 : vocabulary <= 65536 ? 2 : 4;
  }

  /// Ids as bytes() of another sequence, which were stored elsewhere and are kept while this one exists; nothing can be
  /// appended.
  TokenSequence(Index vocabulary, std::shared_ptr<const unsigned char> bytes, std::size_t count)
      : TokenSequence(vocabulary) {
    stored_ = std::move(bytes);
    stored_bytes_ = count;
  }

  Index size() const { return static_cast<Index>(bytes().size() / width_); }
  Index vocabulary() const { return vocabulary_; }
  void reserve(Index size) { bytes_.reserve(static_cast<std::size_t>(size) * width_); }

  /// Errors: ValueError if the id is not in [0, vocabulary).
  void push_back(Index id) {
    require(id >= 0 && id < vocabulary_, "TokenSequence: expected an id in [0, ", vocabulary_, "), found ", id);
    for (std::size_t i = 0; i < width_; ++i) bytes_.push_back(static_cast<unsigned char>(id >> (8 * i)));
  }
  Index operator[](Index i) const {
    const unsigned char* at = (stored_ ? stored_.get() : bytes_.data()) + static_cast<std::size_t>(i) * width_;
    Index id = 0;
    for (std::size_t k = 0; k < width_; ++k) id |= Index{at[k]} << (8 * k);
    return id;
  }
  /// The ids as they are stored, for a digest.
  std::string_view bytes() const {
    return {reinterpret_cast<const char*>(stored_ ? stored_.get() : bytes_.data()),
            stored_ ? stored_bytes_ : bytes_.size()};
  }

 private:
  Index vocabulary_;
  std::size_t width_;
  std::vector<unsigned char> bytes_;
  std::shared_ptr<const unsigned char> stored_;  ///< in place of bytes_
  std::size_t stored_bytes_ = 0;
};

}  // namespace recurra
