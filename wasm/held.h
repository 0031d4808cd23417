// SPDX-License-Identifier: Apache-2.0
// Objects that a module keeps between calls, by number: training sessions and open models. Example:
//
//   recurra::wasm::Held<recurra::LatchLearner> races;
//   const recurra::Index number = races.add(std::make_unique<recurra::LatchLearner>(recurra::LatchOptions{}));
//   races.get(number, "session").step(context);
#pragma once

#include <map>
#include <memory>
#include <string_view>

#include "recurra/base/error.h"
#include "recurra/tensor/tensor.h"

namespace recurra::wasm {

template <class T>
class Held {
 public:
  Index add(std::unique_ptr<T> value) {
    held_.emplace(++last_, std::move(value));
    return last_;
  }
  /// Errors: ValueError if there is none with that number.
  T& get(Index number, std::string_view what) const {
    const auto found = held_.find(number);
    require(found != held_.end(), "the request: there is no ", what, " ", number);
    return *found->second;
  }
  void drop(Index number) { held_.erase(number); }

 private:
  std::map<Index, std::unique_ptr<T>> held_;
  Index last_ = 0;
};

inline constexpr Index kMaxNumber = Index{1} << 50;  ///< of a session or model in a request

}  // namespace recurra::wasm
