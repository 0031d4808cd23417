// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/tasks.h"

#include <algorithm>

#include "recurra/io/model_file.h"
#include "recurra/tasks/classify/task.h"
#include "recurra/tasks/forecast/task.h"
#include "recurra/tasks/lm/task.h"
#include "recurra/tasks/regress/task.h"
#include "recurra/tasks/seq2seq/task.h"
#include "recurra/tasks/tag/task.h"

namespace recurra {

const std::vector<const Task*>& all_tasks() {
  static const std::vector<const Task*> tasks = {&forecast_task(), &classify_task(), &regress_task(),
                                                 &tag_task(),      &lm_task(),       &seq2seq_task()};
  return tasks;
}

OpenModel open_model(const std::string& path) {
  const ModelFile file = read_model(path);
  const auto& tasks = all_tasks();
  const auto found = std::find_if(tasks.begin(), tasks.end(), [&](const Task* t) { return file.task == t->name; });
  require<UnsupportedError>(found != tasks.end(), path, ": a model of task ", file.task,
                            ", which this program does not know");
  return {*found, (*found)->open(file, path), file.format};
}

}  // namespace recurra
