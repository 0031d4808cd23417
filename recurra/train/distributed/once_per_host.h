// SPDX-License-Identifier: Apache-2.0
// Data that one rank of each host reads, and that the other ranks of this host map into memory instead of reading them
// again. Example:
//
//   auto read = [](recurra::Context& context, const std::function<std::string()>& count_rows) {
//     return recurra::once_per_host<std::string>(
//         context, count_rows, [](const std::string& rows) { return rows; },
//         [](const std::string& said) { return said; });
//   };
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <string>

#include "recurra/base/context.h"
#include "recurra/base/error.h"

namespace recurra {

/// Calls `say` on the first rank of each host with several, while the others wait, and `hear` with what it said on the
/// other ranks of this host. The first goes on when all have heard. Neither is called on a rank that is alone on its
/// host; `hear` is not called if the first rank failed, or said nothing.
/// For a context with ranks. Errors: as `say`, on the first rank of the host alone; as share_work.
void tell_host(Context& context, const std::function<std::string()>& say,
               const std::function<void(const std::string& said)>& hear);

/// What `read` returns, on every rank. On a host with several ranks it is called on the first; `describe` tells the
/// others where its result can be mapped, and `open` does that. Where it throws IoError, and where the first rank
/// failed, the others call `read` too, and meet the same error.
template <class Data, class Read, class Describe, class Open>
Data once_per_host(Context& context, const Read& read, const Describe& describe, const Open& open) {
  if (!context.ranks()) return read();
  std::optional<Data> data;
  std::exception_ptr failure;
  tell_host(
      context,
      [&]() -> std::string {
        try {
          data.emplace(read());
          return describe(*data);
        } catch (...) {
          failure = std::current_exception();
          return "";
        }
      },
      [&](const std::string& said) {
        try {
          data.emplace(open(said));
        } catch (const IoError&) {  // this rank cannot see the files of the other one
        }
      });
  if (failure) std::rethrow_exception(failure);
  if (!data) data.emplace(read());
  return std::move(*data);
}

}  // namespace recurra
