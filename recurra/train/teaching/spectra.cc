// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/teaching/spectra.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include "recurra/kernels/gemm.h"

namespace recurra {
namespace {

using Complex = std::complex<double>;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr int kMaxIterations = 100;  // for one eigenvalue; usually about five
constexpr int kMaxSweeps = 60, kMaxTurns = 300;
constexpr double kSteepTolerance = 1e-12;

using Vector = std::vector<double>;

double dot(const Vector& x, const Vector& y) {
  const double *u = x.data(), *v = y.data();
  double sum = 0;
  for (std::size_t i = 0, end = x.size(); i < end; ++i) sum += u[i] * v[i];
  return sum;
}

/// x = a x + b y.
void mix(double a, Vector& x, double b, const Vector& y) {
  double* to = x.data();
  const double* from = y.data();
  for (std::size_t i = 0, end = x.size(); i < end; ++i) to[i] = a * to[i] + b * from[i];
}

void check_finite(const char* function, const Tensor<double>& A) {
  for (const double v : A.span()) require(std::isfinite(v), function, ": found ", v, " in the matrix");
}

/// A square complex matrix that becomes triangular, its eigenvalues on the diagonal.
class Hessenberg {
 public:
  explicit Hessenberg(const Tensor<double>& A) : n_(A.dim(0)) {
    for (const double v : A.span()) values_.emplace_back(v);
    reduce();
  }

  std::vector<Complex> eigenvalues() {
    std::vector<Complex> out;
    int iterations = 0;
    for (Index high = n_ - 1; high >= 0;) {
      const Index low = first_of_block(high);
      if (low == high) {
        out.push_back(at(high, high));
        --high;
        iterations = 0;
        continue;
      }
      require(++iterations <= kMaxIterations, "eigenvalues: no convergence after ", kMaxIterations, " iterations");
      // An exceptional shift at intervals, against cycles.
      const Complex shift = iterations % 10 == 0 ? Complex(std::abs(at(high, high - 1)), 0) : wilkinson(high);
      qr_step(low, high, shift);
    }
    return out;
  }

 private:
  Complex& at(Index row, Index column) { return values_[static_cast<std::size_t>(row * n_ + column)]; }

  /// Similarity by elimination with row exchanges: zeros below the subdiagonal.
  void reduce() {
    for (Index m = 1; m + 1 < n_; ++m) {
      Index pivot = m;
      for (Index i = m + 1; i < n_; ++i)
        if (std::abs(at(i, m - 1)) > std::abs(at(pivot, m - 1))) pivot = i;
      if (at(pivot, m - 1) == Complex(0)) continue;
      for (Index j = 0; j < n_; ++j) std::swap(at(pivot, j), at(m, j));
      for (Index i = 0; i < n_; ++i) std::swap(at(i, pivot), at(i, m));
      for (Index i = m + 1; i < n_; ++i) {
        const Complex factor = at(i, m - 1) / at(m, m - 1);
        if (factor == Complex(0)) continue;
        for (Index j = 0; j < n_; ++j) at(i, j) -= factor * at(m, j);
        for (Index j = 0; j < n_; ++j) at(j, m) += factor * at(j, i);
      }
    }
  }

  /// The block that ends at `high`: up to a subdiagonal element that is negligible relative to its neighbours.
  Index first_of_block(Index high) {
    Index low = high;
    for (; low > 0; --low) {
      const double scale = std::abs(at(low, low)) + std::abs(at(low - 1, low - 1));
      if (std::abs(at(low, low - 1)) <= kEpsilon * scale) break;
    }
    return low;
  }

  /// The eigenvalue of the trailing 2 x 2 block that is nearer to its last element.
  Complex wilkinson(Index high) {
    const Complex a = at(high - 1, high - 1), b = at(high - 1, high), c = at(high, high - 1), d = at(high, high);
    const Complex half = (a - d) / 2.0, root = std::sqrt(half * half + b * c);
    const Complex mean = (a + d) / 2.0;
    return std::abs(mean + root - d) < std::abs(mean - root - d) ? mean + root : mean - root;
  }

  /// H - shift I = Q R by Givens rotations; H = R Q + shift I, within rows and columns low..high.
  void qr_step(Index low, Index high, Complex shift) {
    std::vector<std::pair<Complex, Complex>> rotations;
    for (Index i = low; i <= high; ++i) at(i, i) -= shift;
    for (Index i = low; i < high; ++i) {
      const Complex x = at(i, i), y = at(i + 1, i);
      const double length = std::sqrt(std::norm(x) + std::norm(y));
      const Complex c = length > 0 ? x / length : Complex(1), s = length > 0 ? y / length : Complex(0);
      rotations.emplace_back(c, s);
      for (Index j = i; j <= high; ++j) {
        const Complex upper = at(i, j), lower = at(i + 1, j);
        at(i, j) = std::conj(c) * upper + std::conj(s) * lower;
        at(i + 1, j) = c * lower - s * upper;
      }
    }
    for (Index i = low; i < high; ++i) {
      const auto [c, s] = rotations[static_cast<std::size_t>(i - low)];
      for (Index j = low; j <= std::min(i + 1, high); ++j) {
        const Complex left = at(j, i), right = at(j, i + 1);
        at(j, i) = c * left + s * right;
        at(j, i + 1) = std::conj(c) * right - std::conj(s) * left;
      }
    }
    for (Index i = low; i <= high; ++i) at(i, i) += shift;
  }

  Index n_;
  std::vector<Complex> values_;
};

}  // namespace

std::vector<Complex> eigenvalues(const Tensor<double>& A) {
  require<ShapeError>(A.rank() == 2 && A.dim(0) == A.dim(1), "eigenvalues: expected a square matrix, found ",
                      A.shape());
  check_finite("eigenvalues", A);
  std::vector<Complex> out = Hessenberg(A).eigenvalues();
  std::sort(out.begin(), out.end(), [](Complex x, Complex y) { return std::abs(x) > std::abs(y); });
  return out;
}

std::vector<double> singular_values(const Tensor<double>& A) {
  require<ShapeError>(A.rank() == 2 && A.dim(0) >= A.dim(1), "singular_values: expected [N, D] with N >= D, found ",
                      A.shape());
  check_finite("singular_values", A);
  const Index N = A.dim(0), D = A.dim(1);
  const Tensor<double> B = A.clone();
  bool turned = true;
  for (int sweep = 0; turned && sweep < kMaxSweeps; ++sweep) {
    turned = false;
    for (Index p = 0; p < D; ++p) {
      for (Index q = p + 1; q < D; ++q) {
        double pp = 0, qq = 0, pq = 0;
        for (Index i = 0; i < N; ++i) {
          pp += B[i * D + p] * B[i * D + p];
          qq += B[i * D + q] * B[i * D + q];
          pq += B[i * D + p] * B[i * D + q];
        }
        if (std::abs(pq) <= kEpsilon * std::sqrt(pp * qq)) continue;
        turned = true;
        const double zeta = (qq - pp) / (2 * pq);
        const double tangent = (zeta < 0 ? -1 : 1) / (std::abs(zeta) + std::sqrt(1 + zeta * zeta));
        const double cosine = 1 / std::sqrt(1 + tangent * tangent), sine = cosine * tangent;
        for (Index i = 0; i < N; ++i) {
          const double x = B[i * D + p], y = B[i * D + q];
          B[i * D + p] = cosine * x - sine * y;
          B[i * D + q] = sine * x + cosine * y;
        }
      }
    }
  }
  std::vector<double> out;
  for (Index j = 0; j < D; ++j) {
    double squares = 0;
    for (Index i = 0; i < N; ++i) squares += B[i * D + j] * B[i * D + j];
    out.push_back(std::sqrt(squares));
  }
  std::sort(out.begin(), out.end(), std::greater<>());
  return out;
}

// Conjugate gradients for the largest |A^T x|^2 over x of length 1: each iteration adds an ascent direction, and in the
// plane of x and that direction the best angle is known. About six iterations; powers of A A^T need hundreds.
double SpectralNorm::operator()(const Tensor<double>& A) {
  const Index N = A.dim(0), D = A.dim(1);
  const kernels::PanelPlan row = kernels::plan_panels<double>(D, 1), number = kernels::plan_panels<double>(1, 1);
  const auto transposed = [&](const Vector& from, Vector& to) {  // A^T x
    kernels::gemm(row, 1, N, {from.data(), N, 1}, kernels::row_major_panels(row, A.data(), D), to.data(), D,
                  kernels::Start::zero);
  };
  const auto times = [&](const Vector& from, Vector& to) {  // A y
    kernels::gemm(number, N, D, {A.data(), D, 1}, kernels::row_major_panels(number, from.data(), 1), to.data(), 1,
                  kernels::Start::zero);
  };

  Vector& x = direction_;
  if (static_cast<Index>(x.size()) != N) {
    x.clear();
    for (Index i = 1; i <= N; ++i) x.push_back(1 + 0.1 * std::sin(static_cast<double>(i)));
    mix(1 / std::sqrt(dot(x, x)), x, 0, x);
  }
  Vector y(static_cast<std::size_t>(D)), image(y), slope(x), way(x);
  transposed(x, y);
  double value = dot(y, y), steep_before = 0;
  for (int turn = 0; turn < kMaxTurns; ++turn) {
    times(y, slope);
    mix(1, slope, -value, x);
    const double steep = dot(slope, slope);
    if (steep <= kSteepTolerance * value * value) break;
    mix(turn == 0 ? 0 : steep / steep_before, way, 1, slope);
    mix(1, way, -dot(way, x), x);
    steep_before = steep;
    transposed(way, image);
    const double length = std::sqrt(dot(way, way));
    const double angle = std::atan2(2 * dot(y, image) / length, value - dot(image, image) / (length * length)) / 2;
    mix(std::cos(angle), x, std::sin(angle) / length, way);
    mix(std::cos(angle), y, std::sin(angle) / length, image);
    value = dot(y, y);
  }
  return std::sqrt(value / dot(x, x));
}

}  // namespace recurra
