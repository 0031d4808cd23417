// SPDX-License-Identifier: Apache-2.0
// Work on independent items, shared among the threads of a context; it may throw. Which thread does which item depends
// only on the number of items. Example:
//
//   std::vector<double> roots(100);
//   recurra::share_items(context, roots.size(), [&](std::size_t begin, std::size_t end) {
//     for (std::size_t i = begin; i < end; ++i) roots[i] = std::sqrt(static_cast<double>(i));
//   });
#pragma once

#include <cmath>
#include <exception>
#include <vector>

#include "recurra/base/context.h"

namespace recurra {

/// Calls fn(begin, end) for a part of the n items on each thread. Errors: the error of the first part that has one is
/// rethrown when all parts have ended.
template <class Fn>
void share_items(Context& context, std::size_t n, Fn fn) {
  std::vector<std::exception_ptr> errors(static_cast<std::size_t>(context.threads()));
  context.team().run([&](int thread, int threads) {
    const Share part = share(static_cast<std::int64_t>(n), thread, threads);
    try {
      fn(static_cast<std::size_t>(part.begin), static_cast<std::size_t>(part.end));
    } catch (...) {
      errors[static_cast<std::size_t>(thread)] = std::current_exception();
    }
  });
  for (const std::exception_ptr& error : errors)
    if (error) std::rethrow_exception(error);
}

}  // namespace recurra
