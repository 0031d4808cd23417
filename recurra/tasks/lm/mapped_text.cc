// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/mapped_text.h"

#include "recurra/io/file_address_json.h"
#include "recurra/io/vocabulary_json.h"

namespace recurra {
namespace {

TokenSequence tokens_in(std::shared_ptr<ByteStore> store, Index vocabulary) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(store->data());
  const std::size_t size = store->size();
  return {vocabulary, std::shared_ptr<const unsigned char>(std::move(store), bytes), size};
}

}  // namespace

std::string map_text(LmText& text) {
  const auto store = std::make_shared<ByteStore>(StorageOptions{.memory_bytes = 0});
  store->append(text.tokens.bytes().data(), text.tokens.bytes().size());
  text.tokens = tokens_in(store, text.vocabulary.size());
  const nlohmann::json said = {{"tokens", to_json(store->address())},
                               {"vocabulary", to_json(text.vocabulary)},
                               {"source", text.source},
                               {"split", {text.split.train_end, text.split.validation_end, text.split.length}},
                               {"characters", text.characters},
                               {"unknown", text.unknown},
                               {"replaced", text.replaced}};
  const std::vector<std::uint8_t> bytes = nlohmann::json::to_cbor(said);
  return {bytes.begin(), bytes.end()};
}

LmText open_mapped_text(const std::string& address) {
  const nlohmann::json said = nlohmann::json::from_cbor(address);
  const Vocabulary vocabulary = vocabulary_from(JsonReader(said["vocabulary"], "a text"));
  const nlohmann::json& split = said["split"];
  return {said["source"],
          vocabulary,
          tokens_in(std::make_shared<ByteStore>(file_address_from(said["tokens"])), vocabulary.size()),
          {split[0], split[1], split[2]},
          said["characters"],
          said["unknown"],
          said["replaced"]};
}

}  // namespace recurra
