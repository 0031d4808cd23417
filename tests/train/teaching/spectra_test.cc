// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/teaching/spectra.h"

#include <gtest/gtest.h>

#include <cmath>

#include "recurra/nn/init.h"

namespace recurra {
namespace {

Tensor<double> normal_matrix(Index n, std::uint64_t seed) {
  Tensor<double> A({n, n});
  Random random(seed, stream_id("matrix"));
  fill_normal(A, 1.0, random);
  return A;
}

TEST(Eigenvalues, OfKnownMatrices) {
  const auto jordan = eigenvalues(Tensor<double>({2, 2}, {0.9, 5, 0, 0.9}));
  EXPECT_NEAR(std::abs(jordan[0]), 0.9, 1e-12);
  // Companion matrix of (x - 1)(x - 2)(x^2 + 9): 18, -27, 11, -3.
  const auto roots = eigenvalues(Tensor<double>({4, 4}, {3, -11, 27, -18, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0}));
  EXPECT_NEAR(std::abs(roots[0]), 3, 1e-9);
  EXPECT_NEAR(std::abs(roots[0].imag()), 3, 1e-9);
  EXPECT_NEAR(std::abs(roots[2] - 2.0), 0, 1e-9);
  EXPECT_NEAR(std::abs(roots[3] - 1.0), 0, 1e-9);
  EXPECT_EQ(eigenvalues(Tensor<double>({3, 3}))[0], 0.0);
}

TEST(Eigenvalues, AddUpToTheTraceAndItsPowers) {
  for (const Index n : {1, 2, 5, 32, 64}) {
    const Tensor<double> A = normal_matrix(n, 3);
    double trace = 0, trace_of_square = 0;
    for (Index i = 0; i < n; ++i) {
      trace += A.at({i, i});
      for (Index j = 0; j < n; ++j) trace_of_square += A.at({i, j}) * A.at({j, i});
    }
    std::complex<double> sum = 0, squares = 0;
    for (const auto lambda : eigenvalues(A)) {
      sum += lambda;
      squares += lambda * lambda;
    }
    EXPECT_NEAR(std::abs(sum - trace), 0, 1e-9) << n;
    EXPECT_NEAR(std::abs(squares - trace_of_square), 0, 1e-8) << n;
  }
}

TEST(Eigenvalues, OfAnOrthogonalMatrixLieOnTheUnitCircle) {
  Tensor<double> Q({48, 48});
  Random random(1, stream_id("matrix"));
  fill_orthogonal(Q, random);
  for (const auto lambda : eigenvalues(Q)) EXPECT_NEAR(std::abs(lambda), 1, 1e-10);
  for (const double sigma : singular_values(Q)) EXPECT_NEAR(sigma, 1, 1e-12);
}

TEST(SingularValues, OfKnownMatrices) {
  // For [[a, b], [0, a]]: sigma1 sigma2 = a^2 and sigma1^2 + sigma2^2 = 2 a^2 + b^2.
  const auto sigma = singular_values(Tensor<double>({2, 2}, {0.9, 5, 0, 0.9}));
  EXPECT_NEAR(sigma[0] * sigma[1], 0.81, 1e-12);
  EXPECT_NEAR(sigma[0] * sigma[0] + sigma[1] * sigma[1], 2 * 0.81 + 25, 1e-12);
  const Tensor<double> A = normal_matrix(40, 9);
  double squares = 0, frobenius = 0;
  for (const double s : singular_values(A)) squares += s * s;
  for (const double v : A.span()) frobenius += v * v;
  EXPECT_NEAR(squares, frobenius, 1e-9);
}

TEST(SpectralNorm, AgreesWithTheLargestSingularValue) {
  SpectralNorm norm;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Tensor<double> A = normal_matrix(32, seed);
    const double expected = singular_values(A)[0];
    EXPECT_NEAR(norm(A) / expected, 1, 1e-8) << seed;
    EXPECT_LE(norm(A), expected * (1 + 1e-12)) << seed;
  }
  EXPECT_EQ(norm(Tensor<double>({32, 32})), 0);
}

TEST(Spectra, RefuseWhatTheyCannotTake) {
  EXPECT_THROW(eigenvalues(Tensor<double>({2, 3})), ShapeError);
  EXPECT_THROW(singular_values(Tensor<double>({2, 3})), ShapeError);
  EXPECT_THROW(eigenvalues(Tensor<double>({1, 1}, {std::nan("")})), ValueError);
}

}  // namespace
}  // namespace recurra
