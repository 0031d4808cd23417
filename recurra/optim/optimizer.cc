// SPDX-License-Identifier: Apache-2.0
#include "recurra/optim/optimizer.h"

#include <cmath>

#include "recurra/kernels/optimizer_steps.h"
#include "recurra/ops/run_shared.h"

namespace recurra {
namespace {

bool is_adam(OptimizerKind kind) {
  return kind == OptimizerKind::adam || kind == OptimizerKind::adamw;
}

void check(const OptimizerOptions& o) {
  const auto in_unit = [](double x) { return x >= 0 && x < 1; };
  require(o.learning_rate > 0, "Optimizer: expected a learning rate above 0, found ", o.learning_rate);
  require(in_unit(o.momentum), "Optimizer: expected a momentum in [0, 1), found ", o.momentum);
  require(in_unit(o.alpha), "Optimizer: expected alpha in [0, 1), found ", o.alpha);
  require(in_unit(o.beta1) && in_unit(o.beta2), "Optimizer: expected betas in [0, 1), found ", o.beta1, " and ",
          o.beta2);
  require(o.epsilon > 0, "Optimizer: expected epsilon above 0, found ", o.epsilon);
  require(o.weight_decay >= 0, "Optimizer: expected a weight decay of at least 0, found ", o.weight_decay);
}

constexpr Index kUpdateWork = 8;  // multiply-adds an element costs

}  // namespace

const Names<OptimizerKind>& optimizer_names() {
  static const Names<OptimizerKind> names = {{"sgd", OptimizerKind::sgd},
                                             {"rmsprop", OptimizerKind::rmsprop},
                                             {"adam", OptimizerKind::adam},
                                             {"adamw", OptimizerKind::adamw}};
  return names;
}

template <class T>
Optimizer<T>::Optimizer(const ParameterBlock<T>& block, OptimizerOptions options, std::optional<Share> part)
    : block_(block), options_(options), part_(part.value_or(Share{0, block.size()})) {
  check(options);
  require(part_.begin >= 0 && part_.begin <= part_.end && part_.end <= block.size(), "Optimizer: expected a part of ",
          block.size(), " elements, found ", part_.begin, " to ", part_.end);
  const Index size = part_.end - part_.begin;
  if (options.kind != OptimizerKind::rmsprop) first_ = Tensor<T>({size});
  if (options.kind != OptimizerKind::sgd) second_ = Tensor<T>({size});
}

template <class T>
void Optimizer<T>::step(Context& context, double learning_rate, const Tensor<T>& gradients) {
  const Tensor<T> values = block_.values().slice(part_.begin, part_.end);
  require<ShapeError>(gradients.size() == values.size(), "Optimizer::step: expected gradients of ", values.size(),
                      " elements, found ", gradients.size());
  ++steps_;
  const OptimizerOptions& o = options_;
  const auto t = [](double x) { return static_cast<T>(x); };
  const double correction1 = 1 / (1 - std::pow(o.beta1, steps_)), correction2 = 1 / (1 - std::pow(o.beta2, steps_));
  ops::run_shared(context, values.size() * kUpdateWork, [&](int thread, int threads) {
    const Share part = share(values.size(), thread, threads, 64);
    const auto at = [&](const Tensor<T>& x) { return x.defined() ? x.data() + part.begin : nullptr; };
    const kernels::OptimizerSpan<T> span{part.end - part.begin, at(values), at(gradients), at(first_), at(second_)};
    switch (o.kind) {
      case OptimizerKind::sgd:
        return kernels::sgd_step<T>(span, {t(learning_rate), t(o.momentum), t(o.weight_decay)});
      case OptimizerKind::rmsprop:
        return kernels::rmsprop_step<T>(span, {t(learning_rate), t(o.alpha), t(o.epsilon), t(o.weight_decay)});
      case OptimizerKind::adam:
        return kernels::adam_step<T>(span, {t(learning_rate), t(o.beta1), t(o.beta2), t(o.epsilon), t(correction1),
                                            t(correction2), t(o.weight_decay), T(1)});
      case OptimizerKind::adamw:
        return kernels::adam_step<T>(span, {t(learning_rate), t(o.beta1), t(o.beta2), t(o.epsilon), t(correction1),
                                            t(correction2), T(0), t(1 - learning_rate * o.weight_decay)});
    }
  });
}

template <class T>
void Optimizer<T>::set_learning_rate(double rate) {
  require(rate >= 0, "Optimizer: expected a learning rate of at least 0, found ", rate);
  options_.learning_rate = rate;
}

template <class T>
NamedTensors<T> Optimizer<T>::state() const {
  NamedTensors<T> out;
  if (first_.defined()) out.emplace_back(is_adam(options_.kind) ? "exp_avg" : "momentum", first_.clone());
  if (second_.defined()) out.emplace_back(is_adam(options_.kind) ? "exp_avg_sq" : "square_avg", second_.clone());
  return out;
}

template <class T>
void Optimizer<T>::load(Index steps, const NamedTensors<T>& state) {
  require(steps >= 0, "Optimizer::load: expected a step count of at least 0, found ", steps);
  const NamedTensors<T> own = this->state();
  require(own.size() == state.size(), "Optimizer::load: expected ", own.size(), " tensors, found ", state.size());
  for (std::size_t i = 0; i < own.size(); ++i) {
    const Shape whole({block_.size()});
    require(own[i].first == state[i].first, "Optimizer::load: expected \"", own[i].first, "\", found \"",
            state[i].first, "\"");
    require<ShapeError>(state[i].second.shape() == whole, "Optimizer::load: \"", own[i].first, "\" should be ", whole,
                        ", found ", state[i].second.shape());
  }
  std::size_t next = 0;
  for (Tensor<T>* memory : {&first_, &second_})
    if (memory->defined()) memory->copy_from(state[next++].second.slice(part_.begin, part_.end));
  steps_ = steps;
}

template class Optimizer<float>;
template class Optimizer<double>;

}  // namespace recurra
