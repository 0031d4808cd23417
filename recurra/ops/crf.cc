// SPDX-License-Identifier: Apache-2.0
#include "recurra/ops/crf.h"

#include <algorithm>
#include <cmath>

#include "recurra/ops/each_sequence.h"

namespace recurra::ops {
namespace {

constexpr Index kBlock = 16;  // sequences whose gradients of the weights add up in one chain; a fixed partition

/// exp(x - top), so that nothing overflows.
struct Scaled {
  std::vector<double> value;
  double top = 0;

  template <class T>
  explicit Scaled(const Tensor<T>& x) : value(static_cast<std::size_t>(x.size())) {
    top = static_cast<double>(*std::max_element(x.data(), x.data() + x.size()));
    for (std::size_t i = 0; i < value.size(); ++i)
      value[i] = std::exp(static_cast<double>(x[static_cast<Index>(i)]) - top);
  }
  const double* row(Index i, Index K) const { return value.data() + i * K; }
};

template <class T>
struct Factors {
  Scaled pair, start, end;
  explicit Factors(const CrfWeights<T>& w) : pair(w.transitions), start(w.start), end(w.end) {}
};

/// out = exp(emissions of row n - their maximum), which is returned.
template <class T>
double emit(const Tensor<T>& emissions, Index n, Index K, std::vector<double>& out) {
  const T* e = emissions.data() + n * K;
  const double top = static_cast<double>(*std::max_element(e, e + K));
  for (Index k = 0; k < K; ++k) out[static_cast<std::size_t>(k)] = std::exp(static_cast<double>(e[k]) - top);
  return top;
}

double dot(const double* a, const double* b, Index K) {
  double sum = 0;
  for (Index k = 0; k < K; ++k) sum += a[k] * b[k];
  return sum;
}

template <class T>
void check(const char* function, const Packing& packing, const Tensor<T>& emissions, const CrfWeights<T>& w) {
  require<ShapeError>(emissions.rank() == 2 && emissions.dim(0) == packing.total() && emissions.dim(1) > 0, function,
                      ": expected emissions [", packing.total(), ", K], found ", emissions.shape());
  const Index K = emissions.dim(1);
  require<ShapeError>(
      w.transitions.shape() == Shape({K, K}) && w.start.shape() == Shape({K}) && w.end.shape() == Shape({K}), function,
      ": expected weights [", K, ", ", K, "], [", K, "] and [", K, "], found ", w.transitions.shape(), ", ",
      w.start.shape(), " and ", w.end.shape());
}

/// One forward pass; returns log sum exp(score) of the sequence.
template <class T>
double run_forward(const Packing& packing, Index position, Index length, const Tensor<T>& emissions,
                   const Factors<T>& factors, const CrfForward<T>& out) {
  const Index K = emissions.dim(1);
  std::vector<double> emitted(static_cast<std::size_t>(K));
  double log_sum = factors.start.top + factors.end.top + static_cast<double>(length - 1) * factors.pair.top;
  const double* before = nullptr;
  for (Index t = 0; t < length; ++t) {
    const Index n = packing.offset(t) + position;
    double* alpha = out.alpha.data() + n * K;
    log_sum += emit(emissions, n, K, emitted);
    if (t == 0) {
      std::copy_n(factors.start.value.data(), K, alpha);
    } else {
      std::fill_n(alpha, K, 0.0);
      for (Index i = 0; i < K; ++i) {
        const double* pair = factors.pair.row(i, K);
        for (Index k = 0; k < K; ++k) alpha[k] += before[i] * pair[k];
      }
    }
    double norm = 0;
    for (Index k = 0; k < K; ++k) norm += alpha[k] *= emitted[static_cast<std::size_t>(k)];
    for (Index k = 0; k < K; ++k) alpha[k] /= norm;
    out.norm[n] = norm;
    log_sum += std::log(norm);
    before = alpha;
  }
  return log_sum + std::log(dot(before, factors.end.value.data(), K));
}

template <class T>
double score(const Packing& packing, Index position, Index length, const Tensor<T>& emissions,
             const Tensor<std::int64_t>& labels, const CrfWeights<T>& w) {
  const Index K = emissions.dim(1);
  double sum = 0;
  Index before = 0;
  for (Index t = 0; t < length; ++t) {
    const Index n = packing.offset(t) + position, label = labels[n];
    sum += static_cast<double>(emissions[n * K + label]);
    sum += static_cast<double>(t == 0 ? w.start[label] : w.transitions[before * K + label]);
    before = label;
  }
  return sum + static_cast<double>(w.end[before]);
}

/// The gradients of the weights summed over the sequences of one block.
struct BlockSums {
  std::vector<double> pair, start, end;
  explicit BlockSums(Index K)
      : pair(static_cast<std::size_t>(K * K)), start(static_cast<std::size_t>(K)), end(static_cast<std::size_t>(K)) {}
};

/// The backward pass of one sequence. demissions of its rows are written, the rest is added to `sums`.
template <class T>
void run_backward(const Packing& packing, Index position, Index length, const Tensor<T>& emissions,
                  const Tensor<std::int64_t>& labels, const Factors<T>& factors, const CrfForward<T>& saved,
                  double factor, const Tensor<T>& demissions, BlockSums& sums) {
  const Index K = emissions.dim(1);
  const auto row_at = [&](Index t) { return packing.offset(t) + position; };
  std::vector<double> beta = factors.end.value, later(static_cast<std::size_t>(K)),
                      emitted(static_cast<std::size_t>(K));
  const double total = dot(saved.alpha.data() + row_at(length - 1) * K, beta.data(), K);
  for (double& b : beta) b /= total;
  for (Index t = length - 1; t >= 0; --t) {
    const Index n = row_at(t), label = labels[n];
    const double* alpha = saved.alpha.data() + n * K;
    for (Index k = 0; k < K; ++k) {
      const auto at = static_cast<std::size_t>(k);
      const double surplus = alpha[k] * beta[at] - (k == label ? 1.0 : 0.0);
      demissions[n * K + k] = static_cast<T>(factor * surplus);
      if (t == 0) sums.start[at] += surplus;
      if (t == length - 1) sums.end[at] += surplus;
    }
    if (t == 0) break;
    emit(emissions, n, K, emitted);
    for (std::size_t k = 0; k < later.size(); ++k) later[k] = emitted[k] * beta[k] / saved.norm[n];
    const double* before = saved.alpha.data() + row_at(t - 1) * K;
    for (Index i = 0; i < K; ++i) {
      const double* pair = factors.pair.row(i, K);
      for (Index k = 0; k < K; ++k)
        sums.pair[static_cast<std::size_t>(i * K + k)] += before[i] * pair[k] * later[static_cast<std::size_t>(k)];
      beta[static_cast<std::size_t>(i)] = dot(pair, later.data(), K);
    }
    sums.pair[static_cast<std::size_t>(labels[row_at(t - 1)] * K + label)] -= 1;
  }
}

template <class T>
Tensor<T> joined(const std::vector<BlockSums>& blocks, std::vector<double> BlockSums::*member, const Shape& shape,
                 double factor) {
  Tensor<double> sum(shape);
  for (const BlockSums& block : blocks)
    for (Index i = 0; i < sum.size(); ++i) sum[i] += (block.*member)[static_cast<std::size_t>(i)];
  for (double& v : sum.span()) v *= factor;
  return sum.template cast<T>();
}

}  // namespace

template <class T>
CrfForward<T> crf_forward(Context& context, const Packing& packing, const Tensor<T>& emissions,
                          const Tensor<std::int64_t>& labels, const CrfWeights<T>& weights) {
  check("crf_forward", packing, emissions, weights);
  const Index N = packing.total(), K = emissions.dim(1);
  require<ShapeError>(labels.shape() == Shape({N}), "crf_forward: expected labels [", N, "], found ", labels.shape());
  for (Index n = 0; n < N; ++n)
    require(labels[n] >= 0 && labels[n] < K, "crf_forward: expected labels in [0, ", K, "), found ", labels[n], " at ",
            n);
  CrfForward<T> out{Tensor<T>({1}), Tensor<double>({packing.batch()}), Tensor<double>::uninitialized({N, K}),
                    Tensor<double>::uninitialized({N})};
  const Factors<T> factors(weights);
  Tensor<double> scores({packing.batch()});
  for_each_sequence(context, packing, N * K * K, [&](Index position, Index row, Index length) {
    out.log_partition[row] = run_forward(packing, position, length, emissions, factors, out);
    scores[row] = score(packing, position, length, emissions, labels, weights);
  });
  double sum = 0;
  for (Index b = 0; b < packing.batch(); ++b) sum += out.log_partition[b] - scores[b];
  if (N > 0) out.loss[0] = static_cast<T>(sum / static_cast<double>(N));
  return out;
}

template <class T>
CrfGradients<T> crf_backward(Context& context, const Packing& packing, const CrfForward<T>& saved,
                             const Tensor<T>& emissions, const Tensor<std::int64_t>& labels,
                             const CrfWeights<T>& weights, T dloss) {
  const Index N = packing.total(), K = emissions.dim(1), B = packing.batch(), blocks = (B + kBlock - 1) / kBlock;
  const Factors<T> factors(weights);
  const double factor = N > 0 ? static_cast<double>(dloss) / static_cast<double>(N) : 0;
  CrfGradients<T> out{Tensor<T>({N, K}), {}};
  std::vector<BlockSums> sums(static_cast<std::size_t>(blocks), BlockSums(K));
  run_shared(context, 2 * N * K * K, [&](int thread, int threads) {
    for (auto [block, end] = share(blocks, thread, threads); block < end; ++block)
      for (Index i = block * kBlock; i < std::min(B, (block + 1) * kBlock); ++i)
        if (const Index length = packing.lengths()[static_cast<std::size_t>(i)]; length > 0)
          run_backward(packing, i, length, emissions, labels, factors, saved, factor, out.demissions,
                       sums[static_cast<std::size_t>(block)]);
  });
  out.dweights = {joined<T>(sums, &BlockSums::pair, {K, K}, factor), joined<T>(sums, &BlockSums::start, {K}, factor),
                  joined<T>(sums, &BlockSums::end, {K}, factor)};
  return out;
}

template <class T>
Tensor<std::int64_t> crf_decode(Context& context, const Packing& packing, const Tensor<T>& emissions,
                                const CrfWeights<T>& w) {
  check("crf_decode", packing, emissions, w);
  const Index N = packing.total(), K = emissions.dim(1);
  Tensor<std::int64_t> labels({N});
  auto from = Tensor<std::int64_t>::uninitialized({N, K});  // the best label before, for each label of each step
  for_each_sequence(context, packing, N * K * K, [&](Index position, Index, Index length) {
    const auto row_at = [&](Index t) { return packing.offset(t) + position; };
    std::vector<T> best(static_cast<std::size_t>(K)), next(best);
    for (Index t = 0; t < length; ++t) {
      for (Index k = 0; k < K; ++k) {
        Index top = 0;
        for (Index i = 1; i < K && t > 0; ++i)
          if (best[static_cast<std::size_t>(i)] + w.transitions[i * K + k] >
              best[static_cast<std::size_t>(top)] + w.transitions[top * K + k])
            top = i;
        const T before = t == 0 ? w.start[k] : best[static_cast<std::size_t>(top)] + w.transitions[top * K + k];
        next[static_cast<std::size_t>(k)] = before + emissions[row_at(t) * K + k];
        from[row_at(t) * K + k] = top;
      }
      std::swap(best, next);
    }
    for (Index k = 0; k < K; ++k) best[static_cast<std::size_t>(k)] += w.end[k];
    Index label = std::max_element(best.begin(), best.end()) - best.begin();
    for (Index t = length - 1; t >= 0; --t) {
      labels[row_at(t)] = label;
      label = from[row_at(t) * K + label];
    }
  });
  return labels;
}

#define RECURRA_INSTANTIATE(T)                                                                                \
  template CrfForward<T> crf_forward(Context&, const Packing&, const Tensor<T>&, const Tensor<std::int64_t>&, \
                                     const CrfWeights<T>&);                                                   \
  template CrfGradients<T> crf_backward(Context&, const Packing&, const CrfForward<T>&, const Tensor<T>&,     \
                                        const Tensor<std::int64_t>&, const CrfWeights<T>&, T);                \
  template Tensor<std::int64_t> crf_decode(Context&, const Packing&, const Tensor<T>&, const CrfWeights<T>&);
RECURRA_INSTANTIATE(float)
RECURRA_INSTANTIATE(double)
#undef RECURRA_INSTANTIATE

}  // namespace recurra::ops
