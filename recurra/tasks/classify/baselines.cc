// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/classify/baselines.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "recurra/tasks/common/nearest_sequence.h"
#include "recurra/tasks/common/sequence_scaling.h"

namespace recurra {
namespace {

Guesses nearest(Context& context, const std::string& name, RowDistance distance, const SequenceRows& train,
                const std::vector<Index>& labels, const SequenceRows& test) {
  Guesses out{name, {}};
  for (const Index k : nearest_rows(context, distance, train, test))
    out.classes.push_back(labels[static_cast<std::size_t>(k)]);
  return out;
}

/// The expected number of places whose letters differ. Not the Euclidean distance: by it, a letter that may be any (a
/// quarter of each base) is nearer to every base than these are to each other.
double expected_mismatches(const std::vector<float>& a, const std::vector<float>& b, double) {
  return -std::inner_product(a.begin(), a.end(), b.begin(), 0.0);  // up to the length, which is the same for all
}

/// log P(class) + sum over the steps of log sum over the letters of share * P(letter | class, place).
class NaiveBayes {
 public:
  NaiveBayes(const Sequences<float>& train, const std::vector<Index>& labels, Index classes, bool by_place)
      : D_(train.width()), places_(by_place ? train.length(0) : 1), log_prior_(static_cast<std::size_t>(classes)) {
    probability_.assign(static_cast<std::size_t>(classes * places_ * D_), 1.0);
    for (Index i = 0; i < train.count(); ++i) {
      const Index k = labels[static_cast<std::size_t>(i)];
      log_prior_[static_cast<std::size_t>(k)] += 1;
      const auto steps = train.steps(i);
      for (Index at = 0; at < static_cast<Index>(steps.size()); ++at)
        row(k, at / D_)[at % D_] += static_cast<double>(steps[static_cast<std::size_t>(at)]);
    }
    for (double& p : log_prior_) p = std::log((p + 1) / static_cast<double>(train.count() + classes));
    for (std::size_t first = 0; first < probability_.size(); first += static_cast<std::size_t>(D_)) {
      const auto begin = probability_.begin() + static_cast<std::ptrdiff_t>(first);
      const double sum = std::accumulate(begin, begin + D_, 0.0);
      std::for_each(begin, begin + D_, [sum](double& p) { p /= sum; });
    }
  }

  Index guess(std::span<const float> steps) {
    std::vector<double> score = log_prior_;
    for (Index k = 0; k < static_cast<Index>(score.size()); ++k)
      for (Index t = 0; t < static_cast<Index>(steps.size()) / D_; ++t) {
        double p = 0;
        for (Index d = 0; d < D_; ++d)
          p += static_cast<double>(steps[static_cast<std::size_t>(t * D_ + d)]) * row(k, t)[d];
        score[static_cast<std::size_t>(k)] += std::log(p);
      }
    return std::max_element(score.begin(), score.end()) - score.begin();
  }

 private:
  double* row(Index k, Index t) { return probability_.data() + (k * places_ + (places_ > 1 ? t : 0)) * D_; }

  Index D_, places_;
  std::vector<double> log_prior_, probability_;  ///< [classes], [classes][places][D]
};

}  // namespace

std::vector<Index> class_numbers(const LabelledSequences& set, const std::vector<std::string>& classes) {
  std::vector<Index> out;
  for (const auto& label : set.labels) {
    const auto found = std::find(classes.begin(), classes.end(), label);
    out.push_back(found == classes.end() ? -1 : found - classes.begin());
  }
  return out;
}

Guesses majority(const std::vector<Index>& class_counts, Index test_count) {
  const Index most = std::max_element(class_counts.begin(), class_counts.end()) - class_counts.begin();
  return {"majority", std::vector<Index>(static_cast<std::size_t>(test_count), most)};
}

std::vector<Guesses> baseline_guesses(Context& context, const LabelledSequences& train, const LabelledSequences& test,
                                      const std::vector<std::string>& classes, InputKind kind) {
  const std::vector<Index> labels = class_numbers(train, classes);
  std::vector<Index> counts(classes.size()), all(static_cast<std::size_t>(train.count()));
  std::iota(all.begin(), all.end(), Index{0});
  for (std::size_t i = 0; i < labels.size(); ++i) {
    require(labels[i] >= 0, train.source, ": the model does not know the label '", train.labels[i], "'");
    ++counts[static_cast<std::size_t>(labels[i])];
  }
  const bool symbols = kind == InputKind::symbols;
  const SequenceScaling scaling = fit_scaling(train, all, symbols ? ScaleKind::none : ScaleKind::standard);
  const Sequences<float> from = apply_scaling(scaling, train), to = apply_scaling(scaling, test);
  const Index length = median_length(from);
  const bool equal = equal_lengths(from, to);
  std::vector<Guesses> out = {majority(counts, test.count())};
  out.push_back(nearest(context, equal ? "1-NN" : "1-NN, stretched", symbols ? expected_mismatches : squared_distance,
                        stretched_rows(from, length), labels, stretched_rows(to, length)));
  if (!equal)
    out.push_back(nearest(context, "1-NN, mean step", squared_distance, mean_rows(from), labels, mean_rows(to)));
  if (symbols) {
    NaiveBayes bayes(from, labels, static_cast<Index>(classes.size()), equal);
    out.push_back({"naive Bayes", {}});
    for (Index i = 0; i < to.count(); ++i) out.back().classes.push_back(bayes.guess(to.steps(i)));
  }
  return out;
}

}  // namespace recurra
