// SPDX-License-Identifier: Apache-2.0
// Local times of a zone such as Europe/Berlin, from and to UTC, by the system's time zone database. When clocks are set
// back, local times repeat; when they are set forward, some are skipped. Not in WebAssembly (no database). Example:
//
//   const recurra::TimeZone berlin("Europe/Berlin");
//   const recurra::LocalInstants noon = berlin.to_utc(*recurra::day_of(2024, 7, 1) * recurra::kTicksPerDay);
//   const std::int64_t local = berlin.to_local(noon.first);
#pragma once

#include <string>

#include "recurra/data/civil_time.h"

namespace recurra {

/// The instants of a local time, in ticks of UTC.
struct LocalInstants {
  enum class Kind { once, repeated, skipped } kind = Kind::once;
  std::int64_t first = 0;   ///< for a skipped time: the instant if the clocks had not been set forward
  std::int64_t second = 0;  ///< for a repeated time: the later one
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
