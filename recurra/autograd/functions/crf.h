// SPDX-License-Identifier: Apache-2.0
// The loss of a linear-chain conditional random field (see ops/crf.h for the formula). Example:
//
//   recurra::Tape<float> tape(context);
//   recurra::Variable<float> emissions(recurra::Tensor<float>({15, 2}), true);
//   recurra::CrfVariables<float> crf{recurra::Variable<float>(recurra::Tensor<float>({2, 2}), true),
//                                    recurra::Variable<float>(recurra::Tensor<float>({2}), true),
//                                    recurra::Variable<float>(recurra::Tensor<float>({2}), true)};
//   auto loss = recurra::crf_loss(tape, recurra::ops::Packing::full(5, 3), emissions,
//                                 recurra::Tensor<std::int64_t>({15}), crf);
#pragma once

#include "recurra/autograd/tape.h"
#include "recurra/ops/crf.h"

namespace recurra {

template <class T>
struct CrfVariables {
  Variable<T> transitions;  ///< [K, K]
  Variable<T> start, end;   ///< [K]

  ops::CrfWeights<T> values() const { return {transitions.value(), start.value(), end.value()}; }
};

/// Shapes: emissions packed [N, K], labels packed [N]; returns [1]: minus the log-likelihood, in nats per step.
template <class T>
Variable<T> crf_loss(Tape<T>& tape, const ops::Packing& packing, const Variable<T>& emissions,
                     const Tensor<std::int64_t>& labels, const CrfVariables<T>& crf);

}  // namespace recurra
