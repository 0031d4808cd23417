// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/lm/units.h"

#include <algorithm>
#include <cmath>

#include "recurra/tasks/lm/text_features.h"

namespace recurra {
namespace {

constexpr std::size_t kBest = 3;
constexpr Index kSample = 1200;  // tokens drawn in a report
constexpr std::size_t kFeatures = TextFeatures::kCount;
using Features = std::array<double, kFeatures>;

/// Sums for Pearson's correlation of every unit with every feature.
class Correlations {
 public:
  explicit Correlations(std::size_t units) : units_(units), xy_(units) {}

  void add(std::span<const double> units, const Features& features) {
    ++count_;
    for (std::size_t f = 0; f < kFeatures; ++f) features_[f].add(features[f]);
    for (std::size_t u = 0; u < units.size(); ++u) {
      units_[u].add(units[u]);
      for (std::size_t f = 0; f < kFeatures; ++f) xy_[u][f] += units[u] * features[f];
    }
  }
  bool varies(std::size_t feature) const { return features_[feature].variance(count_) > 0; }
  double at(std::size_t unit, std::size_t feature) const {
    const Sums &x = units_[unit], &y = features_[feature];
    const double covariance = xy_[unit][feature] / count_ - x.sum / count_ * y.sum / count_;
    const double deviations = std::sqrt(x.variance(count_) * y.variance(count_));
    return deviations > 0 ? covariance / deviations : 0;
  }

 private:
  struct Sums {
    double sum = 0, squares = 0;
    void add(double x) {
      sum += x;
      squares += x * x;
    }
    double variance(double count) const { return std::max(0.0, squares / count - sum / count * sum / count); }
  };
  double count_ = 0;
  std::array<Sums, kFeatures> features_{};
  std::vector<Sums> units_;
  std::vector<Features> xy_;
};

/// Runs the model token by token and shows the memory of all layers after each, c through tanh.
class Reader {
 public:
  Reader(Context& context, const LmNet& net) : context_(context), net_(net) {}

  std::vector<double> read(Index token) {
    Tape<float> tape(context_, {.record = false, .training = false});
    const Tensor<std::int64_t> ids({1, 1}, {token});
    state_ = net_.forward(tape, net_.embed(tape, ids), {}, state_).recurrent.state;
    std::vector<double> out;
    const bool cell = describe(net_.recurrent().options().cell).state_count() == 2;
    for (const float v : (cell ? state_.c : state_.h).value().span())
      out.push_back(cell ? std::tanh(static_cast<double>(v)) : static_cast<double>(v));
    return out;
  }
  void forget() { state_ = {}; }

 private:
  Context& context_;
  const LmNet& net_;
  StateVariables<float> state_;
};

std::vector<UnitMatch> best_units(const Correlations& correlations, std::size_t units, std::size_t feature, Index H) {
  std::vector<UnitMatch> all;
  for (std::size_t u = 0; u < units; ++u)
    all.push_back({static_cast<Index>(u) / H, static_cast<Index>(u) % H, correlations.at(u, feature)});
  std::stable_sort(all.begin(), all.end(), [](const UnitMatch& a, const UnitMatch& b) {
    return std::abs(a.correlation) > std::abs(b.correlation);
  });
  all.resize(std::min(all.size(), kBest));
  return all;
}

}  // namespace

UnitStudy study_units(Context& context, const LmModel& model, const LmText& text, Index most_tokens) {
  require(model.vocabulary.has_value(), "study_units: the model is of frames, not of text");
  const RecurrentOptions& stack = model.net->recurrent().options();
  const Index H = describe(stack.cell).state_count() == 2 ? stack.hidden_size : stack.output_size();
  const Index first = text.split.validation_end + 2 < text.split.length ? text.split.validation_end : 0;
  const Index last = std::min(text.split.length, first + most_tokens);
  require(last - first > 2, text.source, ": expected at least 3 tokens, found ", last - first);
  const auto units = static_cast<std::size_t>(H * model.options.layers);
  Reader reader(context, *model.net);
  Correlations correlations(units);
  TextFeatures features;
  UnitStudy out;
  std::vector<std::vector<double>> sampled;
  for (Index t = first; t < last; ++t) {
    const Index token = text.tokens[t];
    std::string shown;
    if (token == text.vocabulary.begin()) reader.forget();
    text.vocabulary.append(token, shown);
    if (text.vocabulary.unit() == TokenUnit::word && shown != "\n") shown += ' ';
    features.read(shown);
    const std::vector<double> memory = reader.read(token);
    correlations.add(memory, features.values());
    if (t - first >= kSample) continue;
    out.sample.push_back(shown);
    sampled.push_back(memory);
  }
  out.tokens = last - first;
  for (std::size_t f = 0; f < kFeatures; ++f) {
    if (!correlations.varies(f)) continue;
    FeatureUnits found{TextFeatures::names()[f], best_units(correlations, units, f, H), {}};
    const auto best = static_cast<std::size_t>(found.best[0].layer * H + found.best[0].unit);
    for (const auto& memory : sampled) found.activations.push_back(memory[best]);
    out.features.push_back(std::move(found));
  }
  return out;
}

}  // namespace recurra
