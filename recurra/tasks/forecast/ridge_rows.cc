// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/ridge_rows.h"

#include <algorithm>
#include <cmath>

namespace recurra {
namespace {

double dot_product(const double* a, const double* b, Index n) {
  double chains[4] = {};
  Index i = 0;
  for (; i + 4 <= n; i += 4)
    for (int c = 0; c < 4; ++c) chains[c] += a[i + c] * b[i + c];
  for (; i < n; ++i) chains[0] += a[i] * b[i];
  return (chains[0] + chains[1]) + (chains[2] + chains[3]);
}

/// Outputs [begin, end) of the problem, by one thread. All arrays are [end - begin, inputs].
class ConjugateGradients {
 public:
  ConjugateGradients(const RidgeRows& rows, double alpha, Index begin, Index end)
      : rows_(rows), alpha_(alpha), begin_(begin), own_(end - begin), x_(size(rows.inputs)), y_(size(rows.outputs)) {
    const std::size_t all = size(own_ * rows.inputs);
    for (auto* vector : {&w_, &mean_x_, &diagonal_, &residual_, &direction_, &image_}) vector->assign(all, 0.0);
    for (auto* vector : {&count_, &mean_y_, &target_, &derivative_}) vector->assign(size(own_), 0.0);
    active_.assign(size(own_), true);
  }

  /// Centres, the diagonal, and the right-hand sides b; the residual of w = 0 is b.
  void begin() {
    const Index D = rows_.inputs;
    each_row([&](Index o, double y) {
      ++count_[size(o)];
      mean_y_[size(o)] += y;
      for (Index i = 0; i < D; ++i) {
        mean_x_[size(o * D + i)] += x_[size(i)];
        diagonal_[size(o * D + i)] += x_[size(i)] * x_[size(i)];
        residual_[size(o * D + i)] += x_[size(i)] * y;
      }
    });
    for (Index o = 0; o < own_; ++o) {
      const double n = std::max(count_[size(o)], 1.0);
      mean_y_[size(o)] /= n;
      for (Index i = 0; i < D; ++i) {
        double& mean = mean_x_[size(o * D + i)];
        mean /= n;
        double& square = diagonal_[size(o * D + i)];
        square = std::max(square / n - mean * mean, 0.0) + alpha_;
        double& b = residual_[size(o * D + i)];
        b = b / n - mean * mean_y_[size(o)];
      }
      target_[size(o)] = std::sqrt(dot_product(&residual_[size(o * D)], &residual_[size(o * D)], D));
    }
  }

  /// Starts from weights [outputs, inputs] in place of 0.
  void start_from(const LinearMap& map) {
    const Index D = rows_.inputs;
    direction_.assign(map.weight.begin() + begin_ * D, map.weight.begin() + (begin_ + own_) * D);
    apply();
    for (std::size_t k = 0; k < w_.size(); ++k) {
      w_[k] = direction_[k];
      residual_[k] -= image_[k];
    }
    direction_.assign(direction_.size(), 0.0);
  }

  /// |residual| / |b| of one output.
  double relative_residual(Index o) const {
    const double* r = &residual_[size(o * rows_.inputs)];
    return target_[size(o)] > 0 ? std::sqrt(dot_product(r, r, rows_.inputs)) / target_[size(o)] : 0;
  }
  double largest_residual() const {
    double largest = 0;
    for (Index o = 0; o < own_; ++o) largest = std::max(largest, relative_residual(o));
    return largest;
  }

  /// Each output until it is solved, whatever outputs share its thread. Returns the iterations of the slowest.
  int solve(const RidgeLimits& limits) {
    for (int done = 0;; ++done) {
      bool open = false;
      for (Index o = 0; o < own_; ++o) {
        active_[size(o)] = done < limits.most_iterations && relative_residual(o) > limits.tolerance;
        open = open || active_[size(o)];
      }
      if (!open) return done;
      iterate();
    }
  }

  void finish(LinearMap& map) const {
    const Index D = rows_.inputs;
    std::copy(w_.begin(), w_.end(), map.weight.begin() + begin_ * D);
    for (Index o = 0; o < own_; ++o)
      map.bias[size(begin_ + o)] = mean_y_[size(o)] - dot_product(&w_[size(o * D)], &mean_x_[size(o * D)], D);
  }

 private:
  static std::size_t size(Index i) { return static_cast<std::size_t>(i); }

  void iterate() {
    const Index D = rows_.inputs;
    for (Index o = 0; o < own_; ++o) {
      if (!active_[size(o)]) continue;
      double derivative = 0;
      for (Index k = o * D; k < (o + 1) * D; ++k)
        derivative += residual_[size(k)] * residual_[size(k)] / diagonal_[size(k)];
      const double carried_over = derivative_[size(o)] > 0 ? derivative / derivative_[size(o)] : 0;
      for (Index k = o * D; k < (o + 1) * D; ++k)
        direction_[size(k)] = residual_[size(k)] / diagonal_[size(k)] + carried_over * direction_[size(k)];
      derivative_[size(o)] = derivative;
    }
    apply();
    for (Index o = 0; o < own_; ++o) {
      if (!active_[size(o)]) continue;
      const double curvature = dot_product(&direction_[size(o * D)], &image_[size(o * D)], D);
      const double step = curvature > 0 ? derivative_[size(o)] / curvature : 0;
      for (Index k = o * D; k < (o + 1) * D; ++k) {
        w_[size(k)] += step * direction_[size(k)];
        residual_[size(k)] -= step * image_[size(k)];
      }
    }
  }

  /// fn(output, y) for each output of each row that is present; x_ holds the row's inputs.
  template <class Fn>
  void each_row(Fn fn) {
    for (Index row = 0; row < rows_.rows; ++row) {
      rows_.row(row, x_.data(), y_.data());
      for (Index o = 0; o < own_; ++o)
        if (active_[size(o)] && !std::isnan(y_[size(begin_ + o)])) fn(o, y_[size(begin_ + o)]);
    }
  }

  /// image = A direction, A = mean of centred x x^T + alpha.
  void apply() {
    const Index D = rows_.inputs;
    image_.assign(image_.size(), 0.0);
    each_row([&](Index o, double) {
      const double along = dot_product(x_.data(), &direction_[size(o * D)], D);
      double* image = &image_[size(o * D)];
      for (Index i = 0; i < D; ++i) image[i] += along * x_[size(i)];
    });
    for (Index o = 0; o < own_; ++o) {
      const double n = std::max(count_[size(o)], 1.0);
      const double along = dot_product(&mean_x_[size(o * D)], &direction_[size(o * D)], D);
      for (Index k = o * D; k < (o + 1) * D; ++k)
        image_[size(k)] = image_[size(k)] / n - along * mean_x_[size(k)] + alpha_ * direction_[size(k)];
    }
  }

  const RidgeRows& rows_;
  double alpha_;
  Index begin_, own_;
  std::vector<double> x_, y_;
  std::vector<double> w_, mean_x_, diagonal_, residual_, direction_, image_;
  std::vector<double> count_, mean_y_, target_;
  std::vector<double> derivative_;  ///< of each output: minus that of the objective along the direction
  std::vector<char> active_;        ///< of each output: not solved yet
};

}  // namespace

std::optional<RidgeProblem> collect_rows(const RidgeRows& rows) {
  if (rows.inputs > kExactRidgeInputs) return std::nullopt;
  RidgeProblem problem(rows.inputs, rows.outputs);
  std::vector<double> x(static_cast<std::size_t>(rows.inputs)), y(static_cast<std::size_t>(rows.outputs));
  for (Index row = 0; row < rows.rows; ++row) {
    rows.row(row, x.data(), y.data());
    if (std::any_of(y.begin(), y.end(), [](double v) { return std::isnan(v); })) return std::nullopt;
    problem.add(x.data(), y.data());
  }
  return problem;
}

RidgeSolution solve_ridge(Context& context, const RidgeRows& rows, double alpha, const LinearMap* start,
                          const RidgeLimits& limits) {
  require(rows.rows >= 1 && rows.inputs >= 1 && rows.outputs >= 1, "solve_ridge: ", rows.rows, " rows of ", rows.inputs,
          " inputs and ", rows.outputs, " outputs, expected at least 1 of each");
  require(alpha > 0, "solve_ridge: alpha is ", alpha, ", expected above 0");
  require<ShapeError>(!start || (start->inputs == rows.inputs && start->outputs == rows.outputs),
                      "solve_ridge: a start of another number of inputs or outputs");
  if (const auto problem = collect_rows(rows)) return {problem->solve(alpha), 0, 0};
  const auto weights = static_cast<std::size_t>(rows.inputs * rows.outputs);
  RidgeSolution out{{rows.inputs, rows.outputs, std::vector<double>(weights), {}}, 0, 0};
  out.map.bias.resize(static_cast<std::size_t>(rows.outputs));
  std::vector<ConjugateGradients> parts;  // made here, as a thread of the team must not throw
  const int threads = static_cast<int>(std::min<Index>(context.threads(), rows.outputs));
  for (int thread = 0; thread < threads; ++thread) {
    const Share outputs = share(rows.outputs, thread, threads);
    parts.emplace_back(rows, alpha, outputs.begin, outputs.end);
  }
  std::vector<int> iterations(parts.size());
  context.team().run([&](int thread, int) {
    if (thread >= threads) return;
    ConjugateGradients& part = parts[static_cast<std::size_t>(thread)];
    part.begin();
    if (start) part.start_from(*start);
    iterations[static_cast<std::size_t>(thread)] = part.solve(limits);
    part.finish(out.map);
  });
  out.iterations = *std::max_element(iterations.begin(), iterations.end());
  for (const ConjugateGradients& part : parts) out.residual = std::max(out.residual, part.largest_residual());
  return out;
}

}  // namespace recurra
