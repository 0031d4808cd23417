// SPDX-License-Identifier: Apache-2.0
// Ranks that are threads of one process, each with a context of its own.
#pragma once

#include <barrier>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "recurra/train/distributed/ranks.h"

namespace recurra {

/// What the threads have in common.
class LocalRanks {
 public:
  explicit LocalRanks(int size, double timeout_s = kRankTimeout)
      : size_(size), timeout_s_(timeout_s), barrier_(size), said_(static_cast<std::size_t>(size)) {}

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
    std::span<const Ranks::Piece<const float>> out = {};
    std::span<float> values = {};
  };

  class One : public Ranks {
   public:
    One(LocalRanks& all, int rank) : Ranks(all.timeout_s_), all_(all), rank_(rank) {}
    int rank() const override { return rank_; }
    int size() const override { return all_.size_; }

    std::vector<std::string> gather(std::string_view own) override {
      std::vector<std::string> out;
      meet({.text = own}, [&] {
        for (const Said& said : all_.said_) out.emplace_back(said.text);
      });
      return out;
    }

    void exchange(std::span<const Piece<const float>> out, std::span<const Piece<float>> in) override {
      meet({.out = out}, [&] {
        std::vector<std::size_t> next(all_.said_.size());  // of each sender, the piece that may be for this rank
        for (const auto& [from, values] : in) {
          const auto& sent = all_.said_[static_cast<std::size_t>(from)].out;
          std::size_t& i = next[static_cast<std::size_t>(from)];
          while (i < sent.size() && sent[i].rank != rank_) ++i;
          require(from != rank_ && i < sent.size() && sent[i].values.size() == values.size(), "LocalRanks: rank ", from,
                  " sends other pieces than expected");
          std::copy(sent[i].values.begin(), sent[i].values.end(), values.begin());
          ++i;
        }
      });
    }

    void post(std::string_view message) override {
      const std::lock_guard lock(all_.posts_mutex_);
      for (int r = 0; r < size(); ++r) all_.posts_[{rank_, r}].emplace_back(message);
    }
    std::optional<std::string> take_post(int rank) override {
      const std::lock_guard lock(all_.posts_mutex_);
      std::deque<std::string>& posts = all_.posts_[{rank, rank_}];
      if (posts.empty()) return std::nullopt;
      std::string message = std::move(posts.front());
      posts.pop_front();
      return message;
    }
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
  double timeout_s_;
  std::barrier<> barrier_;
  std::vector<Said> said_;
  std::mutex posts_mutex_;
  std::map<std::pair<int, int>, std::deque<std::string>> posts_;  ///< by sender and receiver
};

}  // namespace recurra
