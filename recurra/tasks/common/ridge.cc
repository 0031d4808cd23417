// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/ridge.h"

#include <cmath>

namespace recurra {
namespace {

constexpr Index kMaxInputs = 4096;  // a Gram matrix of 128 MiB

/// Replaces the lower triangle of the positive definite A [n, n] by its Cholesky factor.
void cholesky(std::vector<double>& A, Index n) {
  for (Index j = 0; j < n; ++j) {
    double* row_j = &A[j * n];
    for (Index k = 0; k < j; ++k) row_j[j] -= row_j[k] * row_j[k];
    require(row_j[j] > 0, "RidgeProblem::solve: the inputs are linearly dependent; alpha is too small");
    row_j[j] = std::sqrt(row_j[j]);
    for (Index i = j + 1; i < n; ++i) {
      double* row_i = &A[i * n];
      for (Index k = 0; k < j; ++k) row_i[j] -= row_i[k] * row_j[k];
      row_i[j] /= row_j[j];
    }
  }
}

/// Solves L L^T X = B in place; B [n, m] row-major.
void substitute(const std::vector<double>& L, std::vector<double>& B, Index n, Index m) {
  for (Index i = 0; i < n; ++i) {
    for (Index k = 0; k < i; ++k)
      for (Index c = 0; c < m; ++c) B[i * m + c] -= L[i * n + k] * B[k * m + c];
    for (Index c = 0; c < m; ++c) B[i * m + c] /= L[i * n + i];
  }
  for (Index i = n - 1; i >= 0; --i) {
    for (Index k = i + 1; k < n; ++k)
      for (Index c = 0; c < m; ++c) B[i * m + c] -= L[k * n + i] * B[k * m + c];
    for (Index c = 0; c < m; ++c) B[i * m + c] /= L[i * n + i];
  }
}

}  // namespace

std::vector<double> LinearMap::apply(const double* x) const {
  std::vector<double> y;
  for (Index o = 0; o < outputs; ++o) y.push_back(apply_one(x, o));
  return y;
}

double LinearMap::apply_one(const double* x, Index output) const {
  double y = bias[output];
  for (Index i = 0; i < inputs; ++i) y += weight[output * inputs + i] * x[i];
  return y;
}

RidgeProblem::RidgeProblem(Index inputs, Index outputs) : inputs_(inputs), outputs_(outputs) {
  require(inputs >= 1 && outputs >= 1, "RidgeProblem: ", inputs, " inputs and ", outputs,
          " outputs, expected at least 1 of each");
  require<UnsupportedError>(inputs <= kMaxInputs, "RidgeProblem: ", inputs, " inputs, at most ", kMaxInputs,
                            " are solved exactly");
  gram_.assign(inputs * inputs, 0.0);
  cross_.assign(inputs * outputs, 0.0);
  sum_x_.assign(inputs, 0.0);
  sum_y_.assign(outputs, 0.0);
}

void RidgeProblem::add(const double* x, const double* y) {
  ++rows_;
  for (Index i = 0; i < inputs_; ++i) {
    sum_x_[i] += x[i];
    for (Index j = 0; j <= i; ++j) gram_[i * inputs_ + j] += x[i] * x[j];
    for (Index o = 0; o < outputs_; ++o) cross_[i * outputs_ + o] += x[i] * y[o];
  }
  for (Index o = 0; o < outputs_; ++o) sum_y_[o] += y[o];
}

void RidgeProblem::change_output(const double* x, Index output, double change) {
  for (Index i = 0; i < inputs_; ++i) cross_[i * outputs_ + output] += x[i] * change;
  sum_y_[output] += change;
}

RidgeFactor RidgeProblem::factorise(double alpha) const {
  require(rows_ > 0, "RidgeProblem::solve: no row was added");
  require(alpha > 0, "RidgeProblem::solve: alpha is ", alpha, ", expected above 0");
  const auto n = static_cast<double>(rows_);
  RidgeFactor factor{alpha, gram_};
  for (Index i = 0; i < inputs_; ++i) {
    for (Index j = 0; j <= i; ++j) factor.lower[i * inputs_ + j] -= sum_x_[i] * sum_x_[j] / n;
    factor.lower[i * inputs_ + i] += alpha * n;
  }
  cholesky(factor.lower, inputs_);
  return factor;
}

LinearMap RidgeProblem::solve(const RidgeFactor& factor) const {
  const auto n = static_cast<double>(rows_);
  std::vector<double> B = cross_;
  for (Index i = 0; i < inputs_; ++i)
    for (Index o = 0; o < outputs_; ++o) B[i * outputs_ + o] -= sum_x_[i] * sum_y_[o] / n;
  substitute(factor.lower, B, inputs_, outputs_);

  LinearMap map{inputs_, outputs_, std::vector<double>(outputs_ * inputs_), std::vector<double>(outputs_)};
  for (Index o = 0; o < outputs_; ++o) {
    map.bias[o] = sum_y_[o] / n;
    for (Index i = 0; i < inputs_; ++i) {
      map.weight[o * inputs_ + i] = B[i * outputs_ + o];
      map.bias[o] -= map.weight[o * inputs_ + i] * sum_x_[i] / n;
    }
  }
  return map;
}

}  // namespace recurra
