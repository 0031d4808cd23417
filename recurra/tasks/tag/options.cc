// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/tag/options.h"

namespace recurra {
namespace {

constexpr Index kMostEmbedding = 65'536, kMostCount = 1'000'000'000;

}  // namespace

void check_options(const TagOptions& o) {
  check_options(static_cast<const NetOptions&>(o));
  check_range("embedding", o.embedding, 1, kMostEmbedding);
  check_range("min-count", o.min_count, 1, kMostCount);
  require(o.validation >= 0 && o.validation <= 0.5, "validation: expected a share from 0 to 0.5, found ", o.validation);
}

nlohmann::json to_json(const TagOptions& o) {
  nlohmann::json json = net_options_to_json(o);
  json.update({{"embedding", o.embedding},
               {"crf", o.crf},
               {"reverse", o.reverse},
               {"min_count", o.min_count},
               {"validation", o.validation}});
  return json;
}

TagOptions tag_options_from(const JsonReader& r) {
  TagOptions o;
  read_net_options(r, o);
  o.embedding = r.integer("embedding", 1, kMostEmbedding);
  o.crf = r.boolean("crf");
  o.reverse = r.boolean("reverse");
  o.min_count = r.integer("min_count", 1, kMostCount);
  o.validation = r.number("validation");
  check_options(o);
  return o;
}

}  // namespace recurra
