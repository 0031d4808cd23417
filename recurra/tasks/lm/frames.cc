// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/frames.h"

#include <algorithm>

#include "recurra/base/random.h"
#include "recurra/io/json_reader.h"

namespace recurra {
namespace {

using Json = nlohmann::json;

Frame frame_from(const Json& json, const std::string& where, const LmOptions& o) {
  require<FormatError>(json.is_array(), where, ": expected a list of labels");
  Frame out;
  for (const Json& label : json) {
    require<FormatError>(label.is_number_integer(), where, ": expected whole numbers as labels");
    const auto value = label.get<std::int64_t>();
    require<FormatError>(value >= o.lowest && value < o.lowest + o.labels, where, ": expected labels from ", o.lowest,
                         " to ", o.lowest + o.labels - 1, ", found ", value);
    out.push_back(value);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

FramePiece piece_from(const Json& json, const std::string& where, const LmOptions& o) {
  require<FormatError>(json.is_array() && !json.empty(), where, ": expected a list of at least one frame");
  FramePiece out;
  for (const Json& frame : json) out.push_back(frame_from(frame, concat(where, ", frame ", out.size() + 1), o));
  return out;
}

std::vector<FramePiece> part_from(const Json& json, const std::string& name, const std::string& source,
                                  const LmOptions& o) {
  std::vector<FramePiece> out;
  if (!json.contains(name)) return out;
  require<FormatError>(json[name].is_array(), source, ": expected \"", name, "\" to be a list of pieces");
  for (const Json& piece : json[name])
    out.push_back(piece_from(piece, concat(source, ": ", name, ", piece ", out.size() + 1), o));
  return out;
}

using FramePart = std::vector<FramePiece> LmFrames::*;

const Names<FramePart>& part_names() {
  static const Names<FramePart> names = {
      {"train", &LmFrames::train}, {"valid", &LmFrames::valid}, {"test", &LmFrames::test}};
  return names;
}

class LineReader {
 public:
  LineReader(std::string_view text, const std::string& source, const LmOptions& o)
      : text_(text), source_(source), options_(o) {}

  LmFrames read() {
    LmFrames out{source_, {}, {}, {}};
    std::size_t number = 0;
    for (std::size_t at = 0; at < text_.size(); ++number) {
      const std::size_t feed = std::min(text_.find('\n', at), text_.size());
      const std::string_view line = text_.substr(at, feed - at);
      at = feed + 1;
      if (line.find_first_not_of(" \t\r") != std::string_view::npos)
        add(line, concat(source_, ": line ", number + 1), out);
    }
    const Split split = chronological_split(static_cast<Index>(rest_.size()), options_.split);
    for (Index i = 0; i < split.length; ++i)
      (i < split.train_end        ? out.train
       : i < split.validation_end ? out.valid
                                  : out.test)
          .push_back(std::move(rest_[static_cast<std::size_t>(i)]));
    return out;
  }

 private:
  void add(std::string_view line, const std::string& where, LmFrames& out) {
    const Json json = parse_strict_json(line, where);
    require<FormatError>(json.contains("frames"), where, ": \"frames\" is missing");
    FramePiece piece = piece_from(json["frames"], where, options_);
    if (!json.contains("part")) return rest_.push_back(std::move(piece));
    (out.*JsonReader(json, where).one_of("part", part_names())).push_back(std::move(piece));
  }

  std::string_view text_;
  const std::string& source_;
  const LmOptions& options_;
  std::vector<FramePiece> rest_;  ///< pieces whose line names no part
};

/// JSON lines begin with a whole object on the first line, and it holds frames.
bool is_lines(std::string_view text) {
  const Json first = Json::parse(text.substr(0, text.find('\n')), nullptr, false);
  return first.is_object() && first.contains("frames");
}

}  // namespace

std::uint64_t LmFrames::digest() const {
  std::uint64_t sum = 0;
  for (const auto* part : {&train, &valid})
    for (const FramePiece& piece : *part) sum = sum * 31 + stream_id(frames_line(piece));
  return sum;
}

LmFrames parse_frames(std::string_view text, const std::string& source, const LmOptions& options) {
  LmFrames out;
  if (is_lines(text)) {
    out = LineReader(text, source, options).read();
  } else {
    const Json json = parse_strict_json(text, source);
    out = {source, part_from(json, "train", source, options), part_from(json, "valid", source, options),
           part_from(json, "test", source, options)};
  }
  require(!out.train.empty(), source,
          ": no piece for training; expected \"train\" with a list of pieces, or lines with ", "\"frames\"");
  return out;
}

std::string frames_line(const FramePiece& piece) {
  return Json({{"frames", piece}}).dump() + "\n";
}

FrameBatch gather_frames(std::span<const FramePiece* const> pieces, const LmOptions& o) {
  FrameBatch out;
  Index steps = 0;
  for (const FramePiece* piece : pieces) out.lengths.push_back(static_cast<Index>(piece->size()) - 1);
  for (const Index length : out.lengths) steps = std::max(steps, length);
  const auto B = static_cast<Index>(pieces.size());
  out.inputs = Tensor<float>({steps, B, o.labels});
  out.targets = Tensor<float>({steps, B, o.labels});
  for (Index b = 0; b < B; ++b) {
    const FramePiece& piece = *pieces[static_cast<std::size_t>(b)];
    for (Index t = 0; t < static_cast<Index>(piece.size()); ++t) {
      for (const Index label : piece[static_cast<std::size_t>(t)]) {
        if (t + 1 < static_cast<Index>(piece.size())) out.inputs[(t * B + b) * o.labels + label - o.lowest] = 1;
        if (t > 0) out.targets[((t - 1) * B + b) * o.labels + label - o.lowest] = 1;
      }
    }
  }
  return out;
}

}  // namespace recurra
