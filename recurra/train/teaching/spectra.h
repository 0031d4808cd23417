// SPDX-License-Identifier: Apache-2.0
// Eigenvalues and singular values of small square matrices in double, for figures about gradient flow. Up to a few
// hundred rows; no eigenvectors; not for ill-conditioned or large problems. Example:
//
//   const recurra::Tensor<double> A({2, 2}, {0.9, 5, 0, 0.9});
//   double radius = std::abs(recurra::eigenvalues(A)[0]);             // 0.9
//   double largest = recurra::singular_values(A)[0];                  // 5.16
#pragma once

#include <complex>
#include <vector>

#include "recurra/tensor/tensor.h"

namespace recurra {

/// Shapes: A [N, N]; returns N values by falling modulus.
/// Source: Hessenberg form by elimination, then the shifted QR iteration in complex numbers (Golub, Van Loan 7.4, 7.5).
/// Errors: ShapeError unless square; ValueError if an element is not finite or the iteration does not converge.
std::vector<std::complex<double>> eigenvalues(const Tensor<double>& A);

/// Shapes: A [N, D], N >= D; returns D values, falling. Source: one-sided Jacobi (Hestenes 1958).
/// Errors: ShapeError; ValueError if an element is not finite.
std::vector<double> singular_values(const Tensor<double>& A);

/// The largest singular value by conjugate gradients with a warm start: along a chain of products P, P J, P J J', ...
/// each call starts from the direction of the last one. Never above the true value; the relative error is below 1e-6,
/// in practice 1e-8.
class SpectralNorm {
 public:
  /// Shapes: A [N, D], the same N in every call. Zero for a matrix of zeros.
  double operator()(const Tensor<double>& A);

 private:
  std::vector<double> direction_;
};

}  // namespace recurra
