// SPDX-License-Identifier: Apache-2.0
#include "recurra/autograd/parameter_block.h"

#include <set>

namespace recurra {
namespace {

template <class T>
Index total_size(const std::vector<Parameter<T>>& parameters) {
  Index total = 0;
  for (const auto& parameter : parameters) total += parameter.variable.value().size();
  return total;
}

}  // namespace

template <class T>
ParameterBlock<T>::ParameterBlock(std::vector<Parameter<T>> parameters)
    : parameters_(std::move(parameters)), values_({total_size(parameters_)}), gradients_({values_.size()}) {
  std::set<std::string> names;
  std::set<const T*> storages;
  for (const auto& [name, variable, role] : parameters_) {
    require(names.insert(name).second, "ParameterBlock: two parameters are named \"", name, '"');
    require(variable.value().size() == 0 || storages.insert(variable.value().data()).second, "ParameterBlock: \"", name,
            "\" shares its storage with an earlier parameter");
  }
  Index begin = 0;
  for (auto& [name, variable, role] : parameters_) {
    const Index end = begin + variable.value().size();
    variable.bind(values_.slice(begin, end).reshape(variable.shape()),
                  gradients_.slice(begin, end).reshape(variable.shape()));
    begin = end;
  }
}

template <class T>
const Tensor<T>& ParameterBlock<T>::gradients() const {
  Index begin = 0;
  for (const auto& [name, variable, role] : parameters_) {
    const Index end = begin + variable.value().size();
    if (!variable.grad().defined()) gradients_.slice(begin, end).fill(T(0));
    begin = end;
  }
  return gradients_;
}

template <class T>
void ParameterBlock<T>::zero_grad() const {
  for (const auto& parameter : parameters_) Variable<T>(parameter.variable).zero_grad();
}

template <class T>
void ParameterBlock<T>::set_gradients(const Tensor<T>& gradients) const {
  require<ShapeError>(gradients.size() == size(), "ParameterBlock::set_gradients: expected ", size(),
                      " elements, found ", gradients.size());
  zero_grad();
  Index begin = 0;
  for (const auto& [name, variable, role] : parameters_) {
    const Index end = begin + variable.value().size();
    Variable<T>(variable).accumulate_grad(gradients.slice(begin, end).reshape(variable.shape()));
    begin = end;
  }
}

template class ParameterBlock<float>;
template class ParameterBlock<double>;

}  // namespace recurra
