// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/divergence.h"

namespace recurra {
namespace {

/// Above it a run that diverges most likely does so for its learning rate.
double largest_usual_rate(OptimizerKind kind) {
  return kind == OptimizerKind::sgd ? 0.1 : 0.01;
}

}  // namespace

std::string causes_of_divergence(const TrainOptions& o, bool learned) {
  const double rate = o.optimizer.learning_rate, usual = largest_usual_rate(o.optimizer.kind);
  std::vector<std::string> causes = o.suspects;
  if (learned && rate > usual)
    causes.push_back(concat("the learning rate ", rate, " is high (for ", name_of(optimizer_names(), o.optimizer.kind),
                            " at most ", usual, " is usual)"));
  if (learned && o.clip_norm == 0 && o.clip_value == 0) causes.push_back("the gradient is not clipped");
  if (causes.empty())
    return learned ? concat("; try a lower learning rate than ", rate)
                   : ", before anything was learned: the data or the first weights are too large";
  std::string out;
  for (const std::string& cause : causes) out += (out.empty() ? "" : "; ") + cause;
  return concat(learned ? "" : ", before anything was learned",
                causes.size() == 1 ? "; likely cause: " : "; likely causes: ", out);
}

}  // namespace recurra
