// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "recurra/tasks/common/envelope.h"
#include "recurra/tasks/common/run_inputs.h"
#include "recurra/tasks/common/training.h"
#include "recurra/train/run_settings.h"

namespace recurra {
namespace {

std::vector<RunSetting> settings_in(const nlohmann::json& options) {
  std::vector<RunSetting> out;
  for (const auto& [name, value] : options.items()) out.emplace_back(name, value.dump());
  return out;
}

/// Refuses a model with another vocabulary or other classes: its weights would have another meaning.
void check_meaning(const std::string& path, const nlohmann::json& preparation, const nlohmann::json& meaning) {
  for (const auto& [name, value] : meaning.items())
    require(preparation.contains(name) && preparation[name] == value, path, ": its ", name,
            " differs from that of the new data, so that its weights would mean something else");
}

}  // namespace

std::string begin_with_model(const ParameterBlock<float>& block, const std::string& path, const RunInputs& inputs) {
  const ModelFile file = read_model(path, inputs.task);
  const Envelope envelope = envelope_of(file, path);
  check_meaning(path, envelope.preparation, inputs.meaning);
  std::string differing = differences(settings_in(envelope.options), settings_in(inputs.settings));
  const std::string reason = differing.empty() ? "" : concat(" (", differing, ")");
  std::vector<const Tensor<float>*> found;
  for (const auto& parameter : block.parameters()) {
    const auto tensor = std::find_if(file.tensors.begin(), file.tensors.end(),
                                     [&](const auto& named) { return named.first == parameter.name; });
    const Shape& shape = parameter.variable.shape();
    require(tensor != file.tensors.end(), path, ": it has no '", parameter.name,
            "', which the new net begins with; give the settings of that model", reason);
    require(tensor->second.shape() == shape, path, ": its '", parameter.name, "' is ", tensor->second.shape(),
            ", that of the new net ", shape, "; give the settings of that model", reason);
    found.push_back(&tensor->second);
  }
  for (std::size_t i = 0; i < found.size(); ++i) block.parameters()[i].variable.value().copy_from(*found[i]);
  return differing.empty() ? path : concat(path, ", which differs: ", differing);
}

}  // namespace recurra
