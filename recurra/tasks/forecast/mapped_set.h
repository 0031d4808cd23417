// SPDX-License-Identifier: Apache-2.0
// A set of series that one process has read and others on its machine map into memory, column by column. Example:
//
//   auto again = [](const recurra::SeriesSet& set) {                         // all of whose columns are mapped
//     const recurra::MappedSet mapped(set);
//     return recurra::open_mapped_set(mapped.address()).count();
//   };
#pragma once

#include <string>

#include "recurra/data/series_set.h"

namespace recurra {

/// What a set contains besides its columns, stored for others.
class MappedSet {
 public:
  /// Errors: IoError unless each column with a value is a mapped file (SetRequest::storage).
  explicit MappedSet(const SeriesSet& set);

  /// Text for open_mapped_set, valid while this object and the set exist.
  const std::string& address() const { return address_; }

 private:
  ByteStore rest_;
  std::string address_;
};

/// Errors: IoError if the files are not there.
SeriesSet open_mapped_set(const std::string& address);

}  // namespace recurra
