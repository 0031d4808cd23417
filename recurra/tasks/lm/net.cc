// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/net.h"

#include "recurra/autograd/functions/linear.h"

namespace recurra {
namespace {

constexpr double kTiedBound = 0.1;

RecurrentOptions with_input(const LmNetOptions& options, RecurrentOptions recurrent) {
  require(options.outputs >= 1, "LmNet: expected at least one output, found ", options.outputs);
  require(options.embedding >= 0, "LmNet: expected an embedding of at least 0, found ", options.embedding);
  require(!options.tied || options.embedding > 0, "LmNet: tied weights need an embedding");
  require(!recurrent.bidirectional && recurrent.direction == Direction::forward,
          "LmNet: a net that reads from the end would see what it must predict");
  recurrent.input_size = options.embedding > 0 ? options.embedding : options.outputs;
  return recurrent;
}

}  // namespace

LmNet::LmNet(const LmNetOptions& options, RecurrentOptions recurrent)
    : options_(options), recurrent_(with_input(options, recurrent)), dropout_(options.dropout) {
  const Index H = recurrent.output_size();
  if (options.embedding > 0) table_.emplace(options.outputs, options.embedding);
  if (options.tied) {
    if (H != options.embedding) projection_.emplace(H, options.embedding);
    tied_bias_ = Variable<float>(Tensor<float>({options.outputs}), true);
  } else {
    head_.emplace(H, options.outputs);
  }
}

Variable<float> LmNet::embed(Tape<float>& tape, const Tensor<std::int64_t>& ids) const {
  if (table_) return table_->forward(tape, ids);
  const Index V = options_.outputs;
  Tensor<float> x({ids.dim(0), ids.dim(1), V});
  for (Index i = 0; i < ids.size(); ++i) {
    require(ids[i] >= 0 && ids[i] < V, "LmNet::embed: expected ids in [0, ", V, "), found ", ids[i]);
    x[i * V + ids[i]] = 1;
  }
  return Variable<float>(x);
}

LmOutput LmNet::forward(Tape<float>& tape, const Variable<float>& x, std::span<const Index> lengths,
                        const StateVariables<float>& initial) const {
  // One-hot vectors and frames are data: thinning a vector with a single one would drop the whole token.
  const Variable<float> input = table_ ? dropout_.forward(tape, x) : x;
  LmOutput out{{}, recurrent_.forward(tape, input, lengths, initial)};
  const Variable<float> h = dropout_.forward(tape, out.recurrent.packing, out.recurrent.packed);
  if (head_) {
    out.logits = head_->forward(tape, h);
    return out;
  }
  std::vector<Parameter<float>> table;
  table_->collect("", table);
  out.logits = linear(tape, projection_ ? projection_->forward(tape, h) : h, table[0].variable, tied_bias_);
  return out;
}

void LmNet::collect(const std::string& prefix, std::vector<Parameter<float>>& out) const {
  if (table_) table_->collect(prefix + "table.", out);
  recurrent_.collect(prefix + "rnn.", out);
  if (projection_) projection_->collect(prefix + "projection.", out);
  if (head_) {
    head_->collect(prefix + "head.", out);
  } else {
    out.push_back({prefix + "head.bias", tied_bias_, {ParameterKind::bias}});
  }
}

void LmNet::initialize(std::uint64_t seed, const InitOptions& init) {
  recurra::initialize(parameters(), seed, init);
  if (!options_.tied) return;
  std::vector<Parameter<float>> table;
  table_->collect("", table);
  Random random(seed, stream_id("init/tied table"));
  fill_uniform(table[0].variable.value(), kTiedBound, random);
}

}  // namespace recurra
