// SPDX-License-Identifier: Apache-2.0
// Local times of a zone such as Europe/Berlin, from and to UTC, by the system's time zone database. Clocks that go back
// repeat local times, clocks that go forward skip some. Not in WebAssembly, which has no such database. Example:
//
//   const recurra::TimeZone berlin("Europe/Berlin");
//   const recurra::LocalInstants noon = berlin.to_utc(*recurra::day_of(2024, 7, 1) * recurra::kTicksPerDay);
//   const std::int64_t local = berlin.to_local(noon.first);
#pragma once

#include <string>

#include "recurra/data/civil_time.h"

namespace recurra {

/// When a local time is, in ticks of UTC.
struct LocalInstants {
  enum class Kind { once, repeated, skipped } kind = Kind::once;
  std::int64_t first = 0;   ///< of a skipped time: where it would be if the clocks had not gone forward
  std::int64_t second = 0;  ///< of a repeated time: the later one
};

class TimeZone {
 public:
  /// Errors: ValueError if the database has no such zone, naming the nearest one; UnsupportedError if the system has no
  /// database.
  explicit TimeZone(const std::string& name);

  std::int64_t to_local(std::int64_t utc_ticks) const;
  LocalInstants to_utc(std::int64_t local_ticks) const;

 private:
  [[maybe_unused]] const void* zone_;  // without a database, in WebAssembly, there is none
};

}  // namespace recurra
