// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/crf.h"

#include <limits>

namespace recurra {

template <class T>
Crf<T>::Crf(Index labels) {
  require(labels > 0, "Crf: expected at least one label, found ", labels);
  weights_ = {Variable<T>(Tensor<T>({labels, labels}), true), Variable<T>(Tensor<T>({labels}), true),
              Variable<T>(Tensor<T>({labels}), true)};
}

template <class T>
Tensor<std::int64_t> Crf<T>::decode(Context& context, const ops::Packing& packing, const Tensor<T>& scores) const {
  ops::CrfWeights<T> weights = weights_.values();
  if (forbidden_) {
    weights = {weights.transitions.clone(), weights.start.clone(), weights.end};
    for (Index i = 0; i < weights.transitions.size(); ++i) weights.transitions[i] += forbidden_->transitions[i];
    for (Index k = 0; k < weights.start.size(); ++k) weights.start[k] += forbidden_->start[k];
  }
  return ops::crf_decode(context, packing, scores, weights);
}

template <class T>
void Crf<T>::allow_only(const MayFollow& may_follow) {
  const Index K = weights_.start.value().size();
  forbidden_ = {Tensor<T>({K, K}), Tensor<T>({K}), Tensor<T>()};
  const auto penalty = [&](Index before, Index label) {
    return may_follow(before, label) ? T(0) : -std::numeric_limits<T>::infinity();
  };
  for (Index k = 0; k < K; ++k) {
    forbidden_->start[k] = penalty(-1, k);
    for (Index i = 0; i < K; ++i) forbidden_->transitions[i * K + k] = penalty(i, k);
  }
}

template <class T>
void Crf<T>::collect(const std::string& prefix, std::vector<Parameter<T>>& out) const {
  const ParameterRole role{ParameterKind::weight, 0.1};
  out.push_back({prefix + "transitions", weights_.transitions, role});
  out.push_back({prefix + "start_transitions", weights_.start, role});
  out.push_back({prefix + "end_transitions", weights_.end, role});
}

template class Crf<float>;
template class Crf<double>;

}  // namespace recurra
