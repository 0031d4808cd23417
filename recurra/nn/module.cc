// SPDX-License-Identifier: Apache-2.0
#include "recurra/nn/module.h"

#include <map>

namespace recurra {

template <class T>
std::vector<Parameter<T>> Module<T>::parameters() const {
  std::vector<Parameter<T>> out;
  collect("", out);
  return out;
}

template <class T>
Index Module<T>::parameter_count() const {
  Index count = 0;
  for (const auto& parameter : parameters()) count += parameter.variable.value().size();
  return count;
}

template <class T>
NamedTensors<T> Module<T>::state() const {
  NamedTensors<T> out;
  for (const auto& parameter : parameters()) out.emplace_back(parameter.name, parameter.variable.value().clone());
  return out;
}

template <class T>
void Module<T>::load(const NamedTensors<T>& tensors) {
  std::map<std::string, const Tensor<T>*> given;
  std::string complaints;
  for (const auto& [name, tensor] : tensors) {
    if (!given.emplace(name, &tensor).second) complaints += "; \"" + name + "\" comes twice";
  }
  const std::vector<Parameter<T>> own = parameters();
  std::map<std::string, const Tensor<T>*> unknown = given;
  for (const auto& parameter : own) {
    if (!unknown.erase(parameter.name)) complaints += "; \"" + parameter.name + "\" is missing";
  }
  for (const auto& [name, tensor] : unknown) complaints += "; the model has no \"" + name + "\"";
  require(complaints.empty(), "Module::load: the names do not match", complaints);
  for (const auto& parameter : own) {
    require<ShapeError>(given[parameter.name]->shape() == parameter.variable.shape(), "Module::load: \"",
                        parameter.name, "\" has shape ", parameter.variable.shape(), ", found ",
                        given[parameter.name]->shape());
  }
  for (const auto& parameter : own) parameter.variable.value().copy_from(*given[parameter.name]);
}

template class Module<float>;
template class Module<double>;

}  // namespace recurra
