// SPDX-License-Identifier: Apache-2.0
#include "bench/frozen/stepper.h"

#include <algorithm>
#include <cstring>

#include "recurra/base/denormals.h"
#include "recurra/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/frozen/stepper.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "recurra/simd/unroll.h"

HWY_BEFORE_NAMESPACE();
namespace recurra::frozen {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;
constexpr Index kLanes = static_cast<Index>(hn::MaxLanes(D()));

/// x = n ln 2 + r with |r| <= ln 2 / 2: gives q = exp(r) - 1 and scale = 2^(n + bias - 127).
/// Minimax of degree 6 with the first two coefficients exact, so q keeps its relative accuracy near 0.
/// N vectors side by side: each is a chain of 12 steps of 4 cycles, and the others fill its gaps.
template <int N, class D, class V = hn::Vec<D>>
HWY_INLINE void expm1_parts(D d, const V (&x)[N], hn::Vec<hn::RebindToSigned<D>> bias, V (&q)[N], V (&scale)[N]) {
  const hn::RebindToSigned<D> di;
  // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits; unlike a conversion it is defined for NaN.
  const V magic = hn::Set(d, 12582912.0f);
  V r[N], p[N];
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i) {
    const V shifted = hn::MulAdd(x[i], hn::Set(d, 1.44269504f), magic);
    scale[i] = hn::BitCast(d, hn::ShiftLeft<23>(hn::Add(hn::BitCast(di, shifted), bias)));
    const V n = hn::Sub(shifted, magic);
    r[i] = hn::NegMulAdd(n, hn::Set(d, 0.693359375f), x[i]);  // the high part of ln 2 has 10 bits: n * it is exact
    r[i] = hn::NegMulAdd(n, hn::Set(d, -2.12194440e-4f), r[i]);
  }
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i)  // Cephes expf, S. Moshier
    p[i] = hn::MulAdd(r[i], hn::Set(d, 1.9875691500e-4f), hn::Set(d, 1.3981999507e-3f));
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i) p[i] = hn::MulAdd(p[i], r[i], hn::Set(d, 8.3334519073e-3f));
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i) p[i] = hn::MulAdd(p[i], r[i], hn::Set(d, 4.1665795894e-2f));
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i) p[i] = hn::MulAdd(p[i], r[i], hn::Set(d, 1.6666665459e-1f));
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i) p[i] = hn::MulAdd(p[i], r[i], hn::Set(d, 5.0000001201e-1f));
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i) q[i] = hn::MulAdd(hn::Mul(p[i], r[i]), r[i], r[i]);
}

/// The first kSigmoids vectors become their sigmoid, the others their tanh; side by side, as expm1_parts.
/// sigmoid(x) = 1 / (1 + exp(-x)). Absolute error below 2e-7; sigmoid(x) + sigmoid(-x) = 1 within an ulp; exactly 0 and
/// 1 far out. tanh(x) = m / (m + 2), m = exp(2|x|) - 1, with x's sign. Relative error below 4e-7; odd; exactly 1 from
/// 10 on.
template <int kSigmoids, int kTanhs, class D, class V = hn::Vec<D>>
HWY_INLINE void activate(D d, V (&x)[kSigmoids + kTanhs]) {
  constexpr int N = kSigmoids + kTanhs;
  const V sigmoid_limit = hn::Set(d, 87.0f), tanh_limit = hn::Set(d, 10.0f), one = hn::Set(d, 1.0f);
  const auto at_most = [](V limit, V v) HWY_ATTR { return hn::IfThenElse(hn::Gt(v, limit), limit, v); };  // NaN stays
  V exponent[N], q[N], scale[N];
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i) {
    const V magnitude = hn::Abs(x[i]);
    const V safe = at_most(i < kSigmoids ? sigmoid_limit : tanh_limit, magnitude);
    exponent[i] = i < kSigmoids ? hn::Neg(safe) : hn::Add(safe, safe);
  }
  expm1_parts<N>(d, exponent, hn::Set(hn::RebindToSigned<D>(), 127), q, scale);
  RECURRA_UNROLL
  for (int i = 0; i < N; ++i) {
    if (i < kSigmoids) {
      V e = hn::MulAdd(q[i], scale[i], scale[i]);
      e = hn::IfThenElse(hn::Gt(hn::Abs(x[i]), sigmoid_limit), hn::Zero(d), e);
      const V upper = hn::Div(one, hn::Add(one, e));
      x[i] = hn::IfThenElse(hn::Lt(x[i], hn::Zero(d)), hn::Mul(e, upper), upper);
    } else {
      const V m = hn::MulAdd(q[i], scale[i], hn::Sub(scale[i], one));
      x[i] = hn::CopySign(hn::Div(m, hn::Add(m, hn::Set(d, 2.0f))), x[i]);
    }
  }
}

template <int kVectors>
HWY_INLINE void multiply_group(const Product& product, Index first) {
  const D d;
  V sums[kVectors];
  RECURRA_UNROLL
  for (int v = 0; v < kVectors; ++v) sums[v] = hn::LoadU(d, product.start + (first + v) * kLanes);
  const float* w = product.packed + first * kLanes * product.K;
  const float* x = product.x;
  for (Index row = 0; row < product.K; ++row, w += kVectors * kLanes, ++x) {
    const V factor = hn::Set(d, *x);
    RECURRA_UNROLL
    for (int v = 0; v < kVectors; ++v) sums[v] = hn::MulAdd(factor, hn::LoadU(d, w + v * kLanes), sums[v]);
  }
  RECURRA_UNROLL
  for (int v = 0; v < kVectors; ++v) hn::StoreU(sums[v], d, product.sums + (first + v) * kLanes);
}

void multiply(Index vectors, const Product& product) {
  for (Index first = 0; first < vectors; first += group_of(vectors - first)) {
    switch (group_of(vectors - first)) {
      case 8:
        multiply_group<8>(product, first);
        break;
      case 4:
        multiply_group<4>(product, first);
        break;
      case 2:
        multiply_group<2>(product, first);
        break;
      default:
        multiply_group<1>(product, first);
    }
  }
}

HWY_INLINE V load(const float* p, Index count) {
  if (HWY_LIKELY(count >= kLanes)) return hn::LoadU(D(), p);
  HWY_ALIGN float edge[hn::MaxLanes(D())] = {};
  std::copy_n(p, count, edge);
  return hn::Load(D(), edge);
}
HWY_INLINE void store(V v, float* p, Index count) {
  if (HWY_LIKELY(count >= kLanes)) return hn::StoreU(v, D(), p);
  HWY_ALIGN float edge[hn::MaxLanes(D())];
  hn::Store(v, D(), edge);
  std::copy_n(edge, count, p);
}

void lstm(Index H, float* gates, float* c, float* h) {
  for (Index unit = 0; unit < H; unit += kLanes) {
    float* gate = gates + unit * 4;
    V ifog[4] = {load(gate, kLanes), load(gate + kLanes, kLanes), load(gate + 3 * kLanes, kLanes),
                 load(gate + 2 * kLanes, kLanes)};
    activate<3, 1>(D(), ifog);
    const V memory = ifog[1] * load(c + unit, H - unit) + ifog[0] * ifog[3];
    store(ifog[0], gate, kLanes);
    store(ifog[1], gate + kLanes, kLanes);
    store(ifog[3], gate + 2 * kLanes, kLanes);
    store(ifog[2], gate + 3 * kLanes, kLanes);
    store(memory, c + unit, H - unit);
    V tanh[1] = {memory};
    activate<0, 1>(D(), tanh);
    store(ifog[2] * tanh[0], h + unit, H - unit);
  }
}

void gru(Index H, float* gates, const float* recurrent, float* n_recurrent, float* h) {
  for (Index unit = 0; unit < H; unit += kLanes) {
    float* gate = gates + unit * 3;
    const float* u = recurrent + unit * 3;
    V rz[2] = {load(gate, kLanes) + load(u, kLanes), load(gate + kLanes, kLanes) + load(u + kLanes, kLanes)};
    activate<2, 0>(D(), rz);
    const V from_h = load(u + 2 * kLanes, kLanes);
    V n[1] = {load(gate + 2 * kLanes, kLanes) + rz[0] * from_h};
    store(rz[0], gate, kLanes);
    store(rz[1], gate + kLanes, kLanes);
    store(from_h, n_recurrent + unit, H - unit);
    activate<0, 1>(D(), n);
    store(n[0], gate + 2 * kLanes, kLanes);
    store(n[0] + rz[1] * (load(h + unit, H - unit) - n[0]), h + unit, H - unit);
  }
}

Index lanes() {
  return kLanes;
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra::frozen
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace recurra::frozen {
namespace {

HWY_EXPORT(multiply);
HWY_EXPORT(lstm);
HWY_EXPORT(gru);
HWY_EXPORT(lanes);

std::vector<float> with_room(Index count) {
  return std::vector<float>(static_cast<std::size_t>(count + 16));
}

}  // namespace

Matrix::Matrix(const Tensor<float>& W, int gates)
    : K(W.dim(1)), lanes(HWY_DYNAMIC_DISPATCH(lanes)()), units(W.dim(0) / gates), gates_(gates) {
  vectors = (units + lanes - 1) / lanes * gates;
  packed = with_room(vectors * lanes * K);
  for (Index first = 0; first < vectors; first += group_of(vectors - first)) {
    const Index width = group_of(vectors - first) * lanes;
    for (Index i = 0; i < width; ++i) {
      const Index column = first * lanes + i, row = row_of(column);
      for (Index k = 0; k < K && row >= 0; ++k)
        packed[static_cast<std::size_t>(first * lanes * K + k * width + i)] = W[row * K + k];
    }
  }
}

Index Matrix::row_of(Index column) const {
  const Index vector = column / lanes, unit = vector / gates_ * lanes + column % lanes;
  return unit < units ? vector % gates_ * units + unit : -1;
}

std::vector<float> Matrix::row(const Tensor<float>& b) const {
  auto columns = with_room(vectors * lanes);
  for (Index i = 0; i < vectors * lanes; ++i)
    if (row_of(i) >= 0) columns[static_cast<std::size_t>(i)] = b[row_of(i)];
  return columns;
}

void Matrix::run(const float* x, const float* start, float* sums) const noexcept {
  HWY_DYNAMIC_DISPATCH(multiply)(vectors, {K, x, packed.data(), start, sums});
}

Stepper::Stepper(Cell cell, const Tensor<float>& W_ih, const Tensor<float>& W_hh, const Tensor<float>& b_ih,
                 const Tensor<float>& b_hh, const Tensor<float>& head, const Tensor<float>& head_b)
    : cell_(cell), W_(W_ih, gate_count(cell)), U_(W_hh, gate_count(cell)), head_(head, 1) {
  Tensor<float> both(b_ih.shape());
  for (Index i = 0; i < both.size(); ++i) both[i] = b_ih[i] + (cell == Cell::gru ? 0 : b_hh[i]);
  input_bias_ = W_.row(both);
  recurrent_bias_ = W_.row(b_hh);
  head_bias_ = head_.row(head_b);
  sums_ = recurrent_sums_ = with_room(W_.vectors * W_.lanes);
  h_ = c_ = n_recurrent_ = with_room(W_.units);
  y_ = with_room(head_.vectors * head_.lanes);
}

const float* Stepper::step(const float* x) noexcept {
  const FlushDenormals flush;
  W_.run(x, input_bias_.data(), sums_.data());
  if (cell_ == Cell::gru) {
    U_.run(h_.data(), recurrent_bias_.data(), recurrent_sums_.data());
    HWY_DYNAMIC_DISPATCH(gru)(W_.units, sums_.data(), recurrent_sums_.data(), n_recurrent_.data(), h_.data());
  } else {
    U_.run(h_.data(), sums_.data(), sums_.data());
    HWY_DYNAMIC_DISPATCH(lstm)(W_.units, sums_.data(), c_.data(), h_.data());
  }
  head_.run(h_.data(), head_bias_.data(), y_.data());
  return y_.data();
}

}  // namespace recurra::frozen
#endif
