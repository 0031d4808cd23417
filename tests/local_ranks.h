// SPDX-License-Identifier: Apache-2.0
// Ranks that are threads of one process, each with a context of its own.
#pragma once

#include <barrier>
#include <exception>
#include <functional>
#include <thread>

#include "recurra/train/distributed/ranks.h"

namespace recurra {

/// What the threads have in common.
class LocalRanks {
 public:
  explicit LocalRanks(int size) : size_(size), barrier_(size), said_(static_cast<std::size_t>(size)) {}

  /// Runs fn(context) on each rank. An error of one must be one of all. Rethrows the first.
  void run(const std::function<void(Context&)>& fn) {
    std::vector<std::exception_ptr> errors(static_cast<std::size_t>(size_));
    std::vector<std::thread> threads;
    for (int r = 0; r < size_; ++r)
      threads.emplace_back([&, r] {
        One ranks(*this, r);
        Context context(1);
        context.set_ranks(&ranks);
        try {
          fn(context);
        } catch (...) {
          errors[static_cast<std::size_t>(r)] = std::current_exception();
        }
      });
    for (std::thread& thread : threads) thread.join();
    for (const std::exception_ptr& error : errors)
      if (error) std::rethrow_exception(error);
  }

 private:
  struct Said {
    std::string_view text = {};
    std::span<const float> out = {};
    std::span<const Index> out_sizes = {};
    std::span<float> values = {};
  };

  class One : public Ranks {
   public:
    One(LocalRanks& all, int rank) : all_(all), rank_(rank) {}
    int rank() const override { return rank_; }
    int size() const override { return all_.size_; }

    std::vector<std::string> gather(std::string_view own) override {
      std::vector<std::string> out;
      meet({.text = own}, [&] {
        for (const Said& said : all_.said_) out.emplace_back(said.text);
      });
      return out;
    }

    void exchange(std::span<const float> out, std::span<const Index> out_sizes, std::span<float> in,
                  std::span<const Index> in_sizes) override {
      meet({.out = out, .out_sizes = out_sizes}, [&] {
        std::size_t place = 0;
        for (std::size_t r = 0; r < all_.said_.size(); ++r) {
          const Said& said = all_.said_[r];
          std::size_t from = 0;
          for (int before = 0; before < rank_; ++before)
            from += static_cast<std::size_t>(said.out_sizes[static_cast<std::size_t>(before)]);
          const auto count = static_cast<std::size_t>(said.out_sizes[static_cast<std::size_t>(rank_)]);
          require(static_cast<Index>(count) == in_sizes[r], "LocalRanks: rank ", r, " sends ", count, ", expected ",
                  in_sizes[r]);
          std::copy_n(said.out.begin() + static_cast<std::ptrdiff_t>(from), count,
                      in.begin() + static_cast<std::ptrdiff_t>(place));
          place += count;
        }
      });
    }

    void wait_for_all() override { all_.barrier_.arrive_and_wait(); }
    bool all_give_up() override { return true; }
    void end_all() override {}

    void share_parts(std::span<float> values) override {
      std::vector<float> all(values.size());
      meet({.values = values}, [&] {
        for (int r = 0; r < size(); ++r) {
          const Share held = part(static_cast<Index>(values.size()), r);
          std::copy(all_.said_[static_cast<std::size_t>(r)].values.begin() + held.begin,
                    all_.said_[static_cast<std::size_t>(r)].values.begin() + held.end, all.begin() + held.begin);
        }
      });
      std::copy(all.begin(), all.end(), values.begin());
    }

   private:
    /// Says something, hears what all have said, and goes on when all have heard it.
    void meet(const Said& said, const std::function<void()>& hear) {
      all_.said_[static_cast<std::size_t>(rank_)] = said;
      all_.barrier_.arrive_and_wait();
      hear();
      all_.barrier_.arrive_and_wait();
    }

    LocalRanks& all_;
    int rank_;
  };

  int size_;
  std::barrier<> barrier_;
  std::vector<Said> said_;
};

}  // namespace recurra
