// SPDX-License-Identifier: Apache-2.0
#include "recurra/kernels/stream.h"

#include <algorithm>
#include <cstdint>

#include "recurra/kernels/cell_forms.h"
#include "recurra/kernels/stream_build.h"
#include "recurra/kernels/stream_layout.h"
#include "recurra/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "recurra/kernels/stream.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "recurra/simd/math-inl.h"
#include "recurra/simd/unroll.h"

HWY_BEFORE_NAMESPACE();
namespace recurra::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
namespace simd = recurra::HWY_NAMESPACE;
using Widest = hn::ScalableTag<float>;
constexpr int kWidestLanes = static_cast<int>(hn::MaxLanes(Widest()));
constexpr bool kHasHalf = kWidestLanes >= 8;
using Narrow = hn::CappedTag<float, kHasHalf ? kWidestLanes / 2 : 1>;

// As many sums as fit in the registers not used by weights and a factor: several blocks of units for one
// stream, or one block for several streams.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
constexpr int kMaxBlocks = 4, kStreamsTogether = 4;
#else
constexpr int kMaxBlocks = 2, kStreamsTogether = 2;
#endif

// A kind of weights: what an element holds, and how a vector of them becomes kSteps vectors of floats, one for each k.
struct Float32 {
  using Element = float;
  static constexpr bool kScaled = false;
  static constexpr int kSteps = 1;
  template <class D, class V = hn::Vec<D>>
  static HWY_INLINE void widen(D d, const float* p, V (&w)[kSteps]) {
    w[0] = hn::LoadU(d, p);
  }
};

struct BFloat16 {
  using Element = std::uint32_t;
  static constexpr bool kScaled = false;
  static constexpr int kSteps = 2;
  template <class D, class V = hn::Vec<D>>
  static HWY_INLINE void widen(D d, const std::uint32_t* p, V (&w)[kSteps]) {
    const hn::RebindToUnsigned<D> du;
    const auto pair = hn::LoadU(du, p);
    w[0] = hn::BitCast(d, hn::ShiftLeft<16>(pair));
    w[1] = hn::BitCast(d, hn::And(pair, hn::Set(du, 0xFFFF0000u)));
  }
};

struct Float16 {
  using Element = std::uint16_t;
  static constexpr bool kScaled = false;
  static constexpr int kSteps = 1;
  template <class D, class V = hn::Vec<D>>
  static HWY_INLINE void widen(D d, const std::uint16_t* p, V (&w)[kSteps]) {
    const hn::Rebind<hwy::float16_t, D> dh;
    w[0] = hn::PromoteTo(d, hn::BitCast(dh, hn::LoadU(hn::Rebind<std::uint16_t, D>(), p)));
  }
};

struct Int8 {
  using Element = std::int8_t;
  static constexpr bool kScaled = true;
  static constexpr int kSteps = 1;
  template <class D, class V = hn::Vec<D>>
  static HWY_INLINE void widen(D d, const std::int8_t* p, V (&w)[kSteps]) {
    const hn::RebindToSigned<D> di;
    w[0] = hn::ConvertTo(d, hn::PromoteTo(di, hn::LoadU(hn::Rebind<std::int8_t, D>(), p)));
  }
};

// The sums of one panel for some streams; gate g of block b.
template <class D, int kStreams, int kBlocks, int kGates>
using Sums = hn::Vec<D>[kStreams][kBlocks][kGates];

// sums += one row of weights times the streams' factors.
template <class W, int kCount, class D, int kStreams, int kBlocks, int kGates>
HWY_INLINE void add_row(D d, const typename W::Element* w, const float* x, Index x_stride,
                        Sums<D, kStreams, kBlocks, kGates>& sums) {
  constexpr int N = static_cast<int>(hn::MaxLanes(d));
  hn::Vec<D> factor[kStreams][kCount];
  RECURRA_UNROLL
  for (int s = 0; s < kStreams; ++s) {
    RECURRA_UNROLL
    for (int k = 0; k < kCount; ++k) factor[s][k] = hn::Set(d, x[s * x_stride + k]);
  }
  RECURRA_UNROLL
  for (int b = 0; b < kBlocks; ++b) {
    RECURRA_UNROLL
    for (int g = 0; g < kGates; ++g) {
      hn::Vec<D> weights[W::kSteps];
      W::widen(d, w + (b * kGates + g) * N, weights);
      RECURRA_UNROLL
      for (int s = 0; s < kStreams; ++s) {
        RECURRA_UNROLL
        for (int k = 0; k < kCount; ++k) sums[s][b][g] = hn::MulAdd(factor[s][k], weights[k], sums[s][b][g]);
      }
    }
  }
}

// sums += x W for K inputs. Returns where the weights end.
template <class W, class D, int kStreams, int kBlocks, int kGates>
HWY_INLINE const typename W::Element* add_rows(D d, Index K, const typename W::Element* w, const float* x,
                                               Sums<D, kStreams, kBlocks, kGates>& sums) {
  constexpr Index kWidth = Index{kBlocks} * kGates * static_cast<int>(hn::MaxLanes(d));
  Index k = 0;
  for (; k + W::kSteps <= K; k += W::kSteps, w += kWidth)
    add_row<W, W::kSteps, D, kStreams, kBlocks, kGates>(d, w, x + k, K, sums);
  if (W::kSteps == 1 || k == K) return w;
  add_row<W, 1, D, kStreams, kBlocks, kGates>(d, w, x + k, K, sums);  // half a pair
  return w + kWidth;
}

// The sums of all streams begin at the same values.
template <class D, int kStreams, int kBlocks, int kGates>
HWY_INLINE void begin_sums(D d, const float* start, Sums<D, kStreams, kBlocks, kGates>& sums) {
  constexpr int N = static_cast<int>(hn::MaxLanes(d));
  RECURRA_UNROLL
  for (int s = 0; s < kStreams; ++s) {
    RECURRA_UNROLL
    for (int b = 0; b < kBlocks; ++b) {
      RECURRA_UNROLL
      for (int g = 0; g < kGates; ++g) sums[s][b][g] = hn::LoadU(d, start + (b * kGates + g) * N);
    }
  }
}

// The same as add_rows for any kind of weights, whose scales are `scale`.
template <class W, class D, int kStreams, int kBlocks, int kGates>
HWY_INLINE const typename W::Element* add_product(D d, Index K, const typename W::Element* w, const float* scale,
                                                  const float* x, Sums<D, kStreams, kBlocks, kGates>& sums) {
  if constexpr (!W::kScaled) return add_rows<W, D, kStreams, kBlocks, kGates>(d, K, w, x, sums);
  constexpr int N = static_cast<int>(hn::MaxLanes(d));
  Sums<D, kStreams, kBlocks, kGates> scaled;
  RECURRA_UNROLL
  for (int s = 0; s < kStreams; ++s) {
    RECURRA_UNROLL
    for (int b = 0; b < kBlocks; ++b) {
      RECURRA_UNROLL
      for (int g = 0; g < kGates; ++g) scaled[s][b][g] = hn::Zero(d);
    }
  }
  w = add_rows<W, D, kStreams, kBlocks, kGates>(d, K, w, x, scaled);
  RECURRA_UNROLL
  for (int s = 0; s < kStreams; ++s) {
    RECURRA_UNROLL
    for (int b = 0; b < kBlocks; ++b) {
      RECURRA_UNROLL
      for (int g = 0; g < kGates; ++g)
        sums[s][b][g] = hn::MulAdd(scaled[s][b][g], hn::LoadU(d, scale + (b * kGates + g) * N), sums[s][b][g]);
    }
  }
  return w;
}

// Rows are adjacent, so only in the last row may a vector that extends beyond the last unit be stored whole.
template <class D>
HWY_INLINE void store_units(D d, hn::Vec<D> v, float* to, Index units_left, bool last_row) {
  constexpr Index N = static_cast<Index>(hn::MaxLanes(d));
  if (HWY_LIKELY(last_row || units_left >= N)) return hn::StoreU(v, d, to);
  HWY_ALIGN float edge[N];
  hn::Store(v, d, edge);
  std::copy_n(edge, units_left, to);
}

// Several blocks are stepped for one stream alone, whose row is the last one.
template <int kStreams, int kBlocks>
HWY_INLINE bool is_last_row(const StreamRows& rows, Index first) {
  return kBlocks > 1 || first + kStreams == rows.streams;
}

// Arguments of one panel of some streams.
struct PanelRows {
  Index units, first_unit;
  const float* h;
  float *c, *h_out;  // of the first of the streams
  bool last_row;     // the last of the streams is the last row

  template <int kStreams, class D>
  HWY_INLINE void store(D d, hn::Vec<D> v, float* to, int stream, int block) const {
    constexpr int N = static_cast<int>(hn::MaxLanes(d));
    const Index unit = first_unit + block * N;
    store_units(d, v, to + stream * units + unit, units - unit, last_row && stream == kStreams - 1);
  }
  template <class D>
  HWY_INLINE hn::Vec<D> load(D d, const float* from, int stream, int block) const {
    constexpr int N = static_cast<int>(hn::MaxLanes(d));
    return hn::LoadU(d, from + stream * units + first_unit + block * N);
  }
};

// The element-wise half of a step, with the operations of kernels/cell_steps.cc, so with the same bits if Tanh is the
// precise one.
template <Cell kCell>
struct CellMath;

template <>
struct CellMath<Cell::lstm> {
  template <class Tanh, class D, int kStreams, int kBlocks>
  static HWY_INLINE void finish(D d, Cell, Sums<D, kStreams, kBlocks, 4>& a, Sums<D, kStreams, kBlocks, 4>&,
                                const PanelRows& rows) {
    RECURRA_UNROLL
    for (int s = 0; s < kStreams; ++s) {
      hn::Vec<D> c[kBlocks];
      RECURRA_UNROLL
      for (int b = 0; b < kBlocks; ++b) {
        hn::Vec<D> ifog[4] = {a[s][b][kInput], a[s][b][kForget], a[s][b][kOutput], a[s][b][kCandidate]};
        simd::activate<3, 1, Tanh>(d, ifog);
        c[b] = ifog[1] * rows.load(d, rows.c, s, b) + ifog[0] * ifog[3];
        a[s][b][kOutput] = ifog[2];
        rows.store<kStreams>(d, c[b], rows.c, s, b);
      }
      simd::activate<0, kBlocks, Tanh>(d, c);
      RECURRA_UNROLL
      for (int b = 0; b < kBlocks; ++b) rows.store<kStreams>(d, a[s][b][kOutput] * c[b], rows.h_out, s, b);
    }
  }
};

template <>
struct CellMath<Cell::gru> {
  template <class Tanh, class D, int kStreams, int kBlocks>
  static HWY_INLINE void finish(D d, Cell, Sums<D, kStreams, kBlocks, 3>& a, Sums<D, kStreams, kBlocks, 3>& u,
                                const PanelRows& rows) {
    RECURRA_UNROLL
    for (int s = 0; s < kStreams; ++s) {
      hn::Vec<D> z[kBlocks], n[kBlocks];
      RECURRA_UNROLL
      for (int b = 0; b < kBlocks; ++b) {
        hn::Vec<D> rz[2] = {a[s][b][kReset] + u[s][b][kReset], a[s][b][kUpdate] + u[s][b][kUpdate]};
        simd::activate<2, 0, Tanh>(d, rz);
        n[b] = a[s][b][kNew] + rz[0] * u[s][b][kNew];
        z[b] = rz[1];
      }
      simd::activate<0, kBlocks, Tanh>(d, n);
      RECURRA_UNROLL
      for (int b = 0; b < kBlocks; ++b)
        rows.store<kStreams>(d, n[b] + z[b] * (rows.load(d, rows.h, s, b) - n[b]), rows.h_out, s, b);
    }
  }
};

template <>
struct CellMath<Cell::rnn_tanh> {  // and the other cells of one gate
  template <class Tanh, class D, int kStreams, int kBlocks>
  static HWY_INLINE void finish(D d, Cell cell, Sums<D, kStreams, kBlocks, 1>& a, Sums<D, kStreams, kBlocks, 1>&,
                                const PanelRows& rows) {
    RECURRA_UNROLL
    for (int s = 0; s < kStreams; ++s) {
      hn::Vec<D> h[kBlocks];
      RECURRA_UNROLL
      for (int b = 0; b < kBlocks; ++b) h[b] = a[s][b][0];
      if (cell == Cell::rnn_tanh) simd::activate<0, kBlocks, Tanh>(d, h);
      RECURRA_UNROLL
      for (int b = 0; b < kBlocks; ++b) {
        if (cell == Cell::rnn_relu) h[b] = hn::IfThenZeroElse(hn::Lt(h[b], hn::Zero(d)), h[b]);  // NaN stays
        rows.store<kStreams>(d, h[b], rows.h_out, s, b);
      }
    }
  }
};

// A branch for each panel, so that the products are compiled once.
template <Cell kCell, class D, int kStreams, int kBlocks, int kGates>
HWY_INLINE void finish(D d, const StreamShape& shape, Sums<D, kStreams, kBlocks, kGates>& a,
                       Sums<D, kStreams, kBlocks, kGates>& u, const PanelRows& rows) {
  using Math = CellMath<kCell>;
  if constexpr (stream_build::has(StreamActivations::approximate))
    if (shape.activations == StreamActivations::approximate)
      return Math::template finish<ApproximateTanh, D, kStreams, kBlocks>(d, shape.cell, a, u, rows);
  Math::template finish<PreciseTanh, D, kStreams, kBlocks>(d, shape.cell, a, u, rows);
}

template <int kSigmoids, int kTanhs, class D, class V>
HWY_INLINE void activate(D d, StreamActivations kind, V (&x)[kSigmoids + kTanhs]) {
  if constexpr (stream_build::has(StreamActivations::approximate))
    if (kind == StreamActivations::approximate) return simd::activate<kSigmoids, kTanhs, ApproximateTanh>(d, x);
  simd::activate<kSigmoids, kTanhs>(d, x);
}

// A pass over the panels of a layer: run<W, D, kStreams, kBlocks> does one panel for some streams.
template <Cell kCell>
struct WholeStep {
  template <class W, class D, int kStreams, int kBlocks>
  static HWY_INLINE void run(const StreamLayer& layer, const StreamPanel& panel, const StreamRows& rows, Index first) {
    constexpr int kGates = gate_count(kCell);
    const D d;
    const StreamShape& shape = layer.plan->shape;
    const Index H = shape.units, at = first * H;
    const auto* w = static_cast<const typename W::Element*>(layer.packed) + panel.element;
    const auto part = [&](const float* columns) { return columns ? columns + panel.column : nullptr; };
    Sums<D, kStreams, kBlocks, kGates> a;
    begin_sums<D, kStreams, kBlocks, kGates>(d, layer.bias + panel.column, a);
    w = add_product<W, D, kStreams, kBlocks, kGates>(d, shape.inputs, w, part(layer.scale),
                                                     rows.x + first * shape.inputs, a);
    float* c = describe(kCell).state_count() > 1 ? rows.c + at : nullptr;
    const PanelRows own{H, panel.first_unit, rows.h + at,
                        c, rows.h_out + at,  is_last_row<kStreams, kBlocks>(rows, first)};
    if constexpr (describe(kCell).recurrent_apart()) {
      Sums<D, kStreams, kBlocks, kGates> u;
      begin_sums<D, kStreams, kBlocks, kGates>(d, layer.recurrent_bias + panel.column, u);
      add_product<W, D, kStreams, kBlocks, kGates>(d, H, w, part(layer.recurrent_scale), rows.h + at, u);
      finish<kCell, D, kStreams, kBlocks, kGates>(d, shape, a, u, own);
    } else {
      const Index R = describe(kCell).has(WeightKind::projection) ? shape.outputs() : H;
      if (shape.recurrent)
        add_product<W, D, kStreams, kBlocks, kGates>(d, R, w, part(layer.recurrent_scale), rows.h + first * R, a);
      finish<kCell, D, kStreams, kBlocks, kGates>(d, shape, a, a, own);
    }
  }
};

// Values of the GRU with the reset before the product that one pass computes for the next.
struct ResetBefore {
  float *reset_h, *z, *n;  // [streams, units]: r h, the update gate, the candidate's sum without its late product
  static ResetBefore of(const StreamLayer& layer, const StreamRows& rows) {
    const Index each = stream_room(layer.plan->shape, rows.streams) / 3;
    return {rows.room, rows.room + each, rows.room + 2 * each};
  }
};

// r and z of all units, and the candidate's sum without its late product.
struct ResetBeforeGates {
  template <class W, class D, int kStreams, int kBlocks>
  static HWY_INLINE void run(const StreamLayer& layer, const StreamPanel& panel, const StreamRows& rows, Index first) {
    const D d;
    const StreamShape& shape = layer.plan->shape;
    const Index H = shape.units, at = first * H;
    const auto* w = static_cast<const typename W::Element*>(layer.packed) + panel.element;
    const auto part = [&](const float* columns) { return columns ? columns + panel.column : nullptr; };
    Sums<D, kStreams, kBlocks, 3> a;
    begin_sums<D, kStreams, kBlocks, 3>(d, layer.bias + panel.column, a);
    w = add_product<W, D, kStreams, kBlocks, 3>(d, shape.inputs, w, part(layer.scale), rows.x + first * shape.inputs,
                                                a);
    Sums<D, kStreams, kBlocks, 2> rz;
    RECURRA_UNROLL
    for (int s = 0; s < kStreams; ++s) {
      RECURRA_UNROLL
      for (int b = 0; b < kBlocks; ++b) {
        rz[s][b][kReset] = a[s][b][kReset];
        rz[s][b][kUpdate] = a[s][b][kUpdate];
      }
    }
    add_product<W, D, kStreams, kBlocks, 2>(d, H, w, part(layer.recurrent_scale), rows.h + at, rz);
    const ResetBefore between = ResetBefore::of(layer, rows);
    const PanelRows own{H,       panel.first_unit, rows.h + at,
                        nullptr, nullptr,          is_last_row<kStreams, kBlocks>(rows, first)};
    RECURRA_UNROLL
    for (int s = 0; s < kStreams; ++s) {
      RECURRA_UNROLL
      for (int b = 0; b < kBlocks; ++b) {
        activate<2, 0>(d, shape.activations, rz[s][b]);
        own.store<kStreams>(d, rz[s][b][kReset] * own.load(d, own.h, s, b), between.reset_h + at, s, b);
        own.store<kStreams>(d, rz[s][b][kUpdate], between.z + at, s, b);
        own.store<kStreams>(d, a[s][b][kNew], between.n + at, s, b);
      }
    }
  }
};

// The late product, the candidate and the new state.
struct ResetBeforeState {
  template <class W, class D, int kStreams, int kBlocks>
  static HWY_INLINE void run(const StreamLayer& layer, const StreamPanel& panel, const StreamRows& rows, Index first) {
    const D d;
    const StreamShape& shape = layer.plan->shape;
    const Index H = shape.units, at = first * H, width = Index{kBlocks} * panel.lanes;
    const auto* w = static_cast<const typename W::Element*>(layer.packed) + panel.element +
                    stream_rows(shape.inputs, shape.weights) * 3 * width + stream_rows(H, shape.weights) * 2 * width;
    const ResetBefore between = ResetBefore::of(layer, rows);
    const PanelRows own{H,       panel.first_unit, rows.h + at,
                        nullptr, rows.h_out + at,  is_last_row<kStreams, kBlocks>(rows, first)};
    Sums<D, kStreams, kBlocks, 1> n;
    RECURRA_UNROLL
    for (int s = 0; s < kStreams; ++s) {
      RECURRA_UNROLL
      for (int b = 0; b < kBlocks; ++b) n[s][b][0] = own.load(d, between.n + at, s, b);
    }
    const float* scale = layer.recurrent_scale ? layer.recurrent_scale + panel.column + 2 * width : nullptr;
    add_product<W, D, kStreams, kBlocks, 1>(d, H, w, scale, between.reset_h + at, n);
    RECURRA_UNROLL
    for (int s = 0; s < kStreams; ++s) {
      RECURRA_UNROLL
      for (int b = 0; b < kBlocks; ++b) {
        activate<0, 1>(d, shape.activations, n[s][b]);
        const auto z = own.load(d, between.z + at, s, b);
        own.store<kStreams>(d, n[s][b][0] + z * (own.load(d, own.h, s, b) - n[s][b][0]), own.h_out, s, b);
      }
    }
  }
};

// The sums of all gates, for a general form: in the order of a PanelPlan, for rows of `columns` numbers.
template <int kGates, bool kApart>
struct SumsAlone {
  template <class W, class D, int kStreams, int kBlocks>
  static HWY_INLINE void run(const StreamLayer& layer, const StreamPanel& panel, const StreamRows& rows, Index first) {
    const D d;
    const StreamShape& shape = layer.plan->shape;
    const Index R = shape.outputs(), columns = layer.plan->columns;
    const auto* w = static_cast<const typename W::Element*>(layer.packed) + panel.element;
    const auto part = [&](const float* row) { return row ? row + panel.column : nullptr; };
    const auto store = [&](const Sums<D, kStreams, kBlocks, kGates>& sums, float* to) HWY_ATTR {
      constexpr int N = static_cast<int>(hn::MaxLanes(d));
      for (int s = 0; s < kStreams; ++s)
        for (int b = 0; b < kBlocks; ++b)
          for (int g = 0; g < kGates; ++g)
            hn::StoreU(sums[s][b][g], d, to + (first + s) * columns + panel.column + (b * kGates + g) * N);
    };
    Sums<D, kStreams, kBlocks, kGates> a, u;
    begin_sums<D, kStreams, kBlocks, kGates>(d, layer.bias + panel.column, a);
    w = add_product<W, D, kStreams, kBlocks, kGates>(d, shape.inputs, w, part(layer.scale),
                                                     rows.x + first * shape.inputs, a);
    if constexpr (kApart) {
      begin_sums<D, kStreams, kBlocks, kGates>(d, layer.recurrent_bias + panel.column, u);
      add_product<W, D, kStreams, kBlocks, kGates>(d, R, w, part(layer.recurrent_scale), rows.h + first * R, u);
      store(u, rows.room + rows.streams * columns);
    } else if (shape.recurrent_inputs() > 0) {
      add_product<W, D, kStreams, kBlocks, kGates>(d, R, w, part(layer.recurrent_scale), rows.h + first * R, a);
    }
    store(a, rows.room);
  }
};

template <class Pass, class W, class D, int kBlocks>
void step_panel(const StreamLayer& layer, const StreamPanel& panel, const StreamRows& rows) {
  if constexpr (kBlocks > 1) {  // for one stream alone
    Pass::template run<W, D, 1, kBlocks>(layer, panel, rows, 0);
  } else {
    Index stream = 0;
    for (; stream + kStreamsTogether <= rows.streams; stream += kStreamsTogether)
      Pass::template run<W, D, kStreamsTogether, 1>(layer, panel, rows, stream);
    for (; stream < rows.streams; ++stream) Pass::template run<W, D, 1, 1>(layer, panel, rows, stream);
  }
}

template <class Pass, class W>
void step_panels(const StreamLayer& layer, const StreamRows& rows) {
  for (const StreamPanel& panel : layer.plan->panels) {
    if (panel.lanes < kWidestLanes) {
      step_panel<Pass, W, Narrow, 1>(layer, panel, rows);
    } else if (panel.blocks == 1) {
      step_panel<Pass, W, Widest, 1>(layer, panel, rows);
    } else if (panel.blocks == 2) {
      step_panel<Pass, W, Widest, 2>(layer, panel, rows);
    } else if constexpr (kMaxBlocks == 4) {
      if (panel.blocks == 3) {
        step_panel<Pass, W, Widest, 3>(layer, panel, rows);
      } else {
        step_panel<Pass, W, Widest, 4>(layer, panel, rows);
      }
    }
  }
}

template <class W, class... Passes>
void step(const StreamLayer& layer, const StreamRows& rows) {
  (step_panels<Passes, W>(layer, rows), ...);
}

template <class W, int kGates, bool kApart>
void general_step(const StreamLayer& layer, const StreamRows& rows) {
  step_panels<SumsAlone<kGates, kApart>, W>(layer, rows);
  const StreamShape& shape = layer.plan->shape;
  const Index columns = layer.plan->columns;
  ForwardStep<float> step{.rows = rows.streams, .gates_stride = columns, .stride = shape.units, .gates = rows.room};
  step.recurrent = step.from_h = rows.room + rows.streams * columns;
  step.from_x = rows.room + 2 * rows.streams * columns;
  step.scales = rows.room + 3 * rows.streams * columns;
  step.norms = layer.norms;
  step.n_recurrent = rows.room + 2 * rows.streams * columns;
  step.h_prev = rows.h;
  step.c_prev = step.c = rows.c;
  if (describe(shape.cell).state_count() == 4) {
    const Index each = rows.streams * shape.units;
    step.n_prev = step.n = rows.c + each;
    step.m_prev = step.m = rows.c + 2 * each;
    step.forget_derivative = step.n_recurrent;
  }
  step.h = rows.h_out;
  step.peephole = layer.peephole;
  step.peephole_stride = shape.units;
  form_steps<float>(shape.cell).forward(shape.form(), {kWidestLanes, kGates, shape.units}, step);
}

template <int kGates, bool kApart>
StreamStep general_step_of(StreamWeights weights) {
  if constexpr (stream_build::has(StreamWeights::bf16))
    if (weights == StreamWeights::bf16) return &general_step<BFloat16, kGates, kApart>;
  if constexpr (stream_build::has(StreamWeights::f16))
    if (weights == StreamWeights::f16) return &general_step<Float16, kGates, kApart>;
  if constexpr (stream_build::has(StreamWeights::int8))
    if (weights == StreamWeights::int8) return &general_step<Int8, kGates, kApart>;
  return weights == StreamWeights::f32 ? &general_step<Float32, kGates, kApart> : nullptr;
}

template <class... Passes>
StreamStep step_of(StreamWeights weights) {
  if constexpr (stream_build::has(StreamWeights::bf16))
    if (weights == StreamWeights::bf16) return &step<BFloat16, Passes...>;
  if constexpr (stream_build::has(StreamWeights::f16))
    if (weights == StreamWeights::f16) return &step<Float16, Passes...>;
  if constexpr (stream_build::has(StreamWeights::int8))
    if (weights == StreamWeights::int8) return &step<Int8, Passes...>;
  return weights == StreamWeights::f32 ? &step<Float32, Passes...> : nullptr;
}

template <Cell kCell, class... Passes>
StreamStep step_of_cell(StreamWeights weights) {
  if constexpr (stream_build::has(kCell)) return step_of<Passes...>(weights);
  return nullptr;
}

StreamStep choose_step(const StreamShape& shape) {
  if (!stream_build::has(shape.cell) || !stream_build::has(shape.activations)) return nullptr;
  if constexpr (stream_build::has_forms()) {
    if (shape.form().is_general() && shape.gates() == 4)
      return describe(shape.cell).recurrent_apart() ? general_step_of<4, true>(shape.weights)
                                                    : general_step_of<4, false>(shape.weights);
    if (shape.form().is_general() && shape.gates() == 3)
      return describe(shape.cell).recurrent_apart() ? general_step_of<3, true>(shape.weights)
                                                    : general_step_of<3, false>(shape.weights);
    if (shape.form().is_general() && shape.gates() == 2) return general_step_of<2, false>(shape.weights);
    if (shape.form().is_general()) return general_step_of<1, false>(shape.weights);
  }
  switch (shape.cell) {
    case Cell::rnn_tanh:
    case Cell::rnn_relu:
    case Cell::rnn_linear:
      return step_of<WholeStep<Cell::rnn_tanh>>(shape.weights);
    case Cell::lstm:
      return step_of_cell<Cell::lstm, WholeStep<Cell::lstm>>(shape.weights);
    case Cell::gru:
      return step_of_cell<Cell::gru, WholeStep<Cell::gru>>(shape.weights);
    case Cell::gru_reset_before:
      return step_of_cell<Cell::gru_reset_before, ResetBeforeGates, ResetBeforeState>(shape.weights);
    default:  // a general form, above
      return nullptr;
  }
}

// As many blocks as a panel may have, then the remaining units in one panel: padding in its last vector costs less than
// a further panel, whose chains would begin after those of the first. A vector of half the width only where it is
// enough for all that remains. A general form has only whole vectors, as a PanelPlan.
void plan_panels_of(StreamPlan& plan, Index streams) {
  const int gates = plan.shape.gates();
  const Index rows = stream_rows(plan.shape.inputs, plan.shape.weights) +
                     stream_rows(plan.shape.recurrent_inputs(), plan.shape.weights);
  for (Index unit = 0; unit < plan.shape.units;) {
    const Index left = plan.shape.units - unit;
    StreamPanel panel{unit, 1, kWidestLanes, plan.columns, plan.elements};
    if (kHasHalf && left <= kWidestLanes / 2 && !plan.shape.form().is_general()) {
      panel.lanes = kWidestLanes / 2;
    } else if (streams == 1) {
      panel.blocks = static_cast<int>(std::min<Index>((left + kWidestLanes - 1) / kWidestLanes, kMaxBlocks));
    }
    plan.panels.push_back(panel);
    plan.columns += stream_width(panel, gates);
    plan.elements += stream_width(panel, gates) * rows;
    unit += Index{panel.blocks} * panel.lanes;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace recurra::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace recurra::kernels {

HWY_EXPORT(choose_step);
HWY_EXPORT(plan_panels_of);

StreamStep stream_step(const StreamShape& shape) {
  return HWY_DYNAMIC_DISPATCH(choose_step)(shape);
}

StreamPlan plan_stream(const StreamShape& shape, Index streams) {
  StreamPlan plan;
  plan.shape = shape;
  HWY_DYNAMIC_DISPATCH(plan_panels_of)(plan, streams);
  return plan;
}

}  // namespace recurra::kernels
#endif
