// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/common/envelope.h"

namespace recurra {
namespace {

constexpr const char *kOptions = "options", *kPreparation = "preparation", *kSummary = "summary";

nlohmann::json description_of(const Envelope& e) {
  return {{kOptions, e.options}, {kPreparation, e.preparation}, {kSummary, to_json(e.summary)}};
}

}  // namespace

void check_envelope(const Envelope& envelope) {
  check_description(description_of(envelope));
}

ModelFile model_file(const Envelope& envelope, NamedTensors<float> weights) {
  return {envelope.task, description_of(envelope), std::move(weights)};
}

Envelope envelope_of(const ModelFile& file, const std::string& path) {
  const JsonReader reader(file.description, path);
  for (const char* part : {kOptions, kSummary}) static_cast<void>(reader.child(part));
  Envelope out{file.task,
               file.description[kOptions],
               {},
               training_summary_from(file.description[kSummary], path + "." + kSummary)};
  if (file.format >= 2) {
    static_cast<void>(reader.child(kPreparation));
    out.preparation = file.description[kPreparation];
  } else {
    out.preparation = file.description;
    out.preparation.erase(kOptions);
    out.preparation.erase(kSummary);
  }
  return out;
}

}  // namespace recurra
