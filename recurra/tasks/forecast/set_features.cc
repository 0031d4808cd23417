// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/set_features.h"

#include <cmath>

namespace recurra {
namespace {

constexpr double kConstantShare = 1e-6;  // of the mean size: a smaller deviation is rounding

/// The tensor that holds the columns of a role: [steps, B, columns], or [B, columns] of static ones.
const Tensor<double>& tensor_of(const SetBatch& batch, Role role) {
  return role == Role::past ? batch.past : role == Role::known ? batch.known : batch.fixed;
}

struct ColumnMoments {
  double mean = 0, deviation = 1;
};

ColumnMoments moments_of_column(const Tensor<double>& x, Index place) {
  double count = 0, sum = 0, squares = 0;
  const Index columns = x.dim(-1);
  for (Index i = place; i < x.size(); i += columns) {
    if (std::isnan(x[i])) continue;
    ++count;
    sum += x[i];
  }
  if (count == 0) return {};
  const double mean = sum / count;
  for (Index i = place; i < x.size(); i += columns)
    if (!std::isnan(x[i])) squares += (x[i] - mean) * (x[i] - mean);
  const double deviation = std::sqrt(squares / count);
  return {mean, deviation > 0 ? deviation : 1};
}

/// Of one target in one window [lookback, B, targets].
SetFeatures::Scale scale_of_window(const Tensor<double>& x, Index b, Index target) {
  const Index stride = x.dim(1) * x.dim(2), first = b * x.dim(2) + target;
  double count = 0, sum = 0, size = 0, squares = 0, last = 0;
  for (Index i = first; i < x.size(); i += stride) {
    if (std::isnan(x[i])) continue;
    ++count;
    sum += x[i];
    size += std::abs(x[i]);
    last = x[i];
  }
  if (count == 0) return {};
  for (Index i = first; i < x.size(); i += stride)
    if (!std::isnan(x[i])) squares += (x[i] - sum / count) * (x[i] - sum / count);
  const double deviation = std::sqrt(squares / count);
  if (deviation > kConstantShare * size / count) return {last, deviation};
  return {last, size > 0 ? size / count : 1};
}

}  // namespace

SetFeatures::SetFeatures(const SeriesSet& set, const WindowOptions& options, const SetBatch& sample,
                         std::vector<std::string>& notes)
    : options_(options), width_(options.lookback) {
  for (const Role role : {Role::past, Role::known, Role::fixed}) {
    const std::vector<Index> of_role = set.with_role(role);
    const Index steps = role == Role::past    ? options.lookback
                        : role == Role::known ? options.lookback + options.horizon
                                              : 1;
    for (std::size_t k = 0; k < of_role.size(); ++k) {
      const SetColumn& column = set.columns[static_cast<std::size_t>(of_role[k])];
      const auto values = static_cast<Index>(column.categories.size());
      const bool category = column.kind == ColumnKind::category;
      if (category && values > kMaxIndicators) {
        notes.push_back(concat("the linear rival leaves out column '", column.name, "', which has ", values,
                               " categories, above ", kMaxIndicators));
        continue;
      }
      const ColumnMoments moments =
          category ? ColumnMoments{} : moments_of_column(tensor_of(sample, role), static_cast<Index>(k));
      columns_.push_back({role, static_cast<Index>(k), category ? values : 0, moments.mean, moments.deviation});
      width_ += steps * (category ? values : 1);
    }
  }
}

double* SetFeatures::fill_column(const Column& column, const Tensor<double>& from, Index steps, Index b,
                                 double* x) const {
  const Index columns = from.dim(-1), batch = steps > 1 || from.rank() == 3 ? from.dim(1) : 0;
  for (Index step = 0; step < steps; ++step) {
    const double value = from[(step * batch + b) * columns + column.place];
    for (Index code = 1; code <= column.indicators; ++code) *x++ = value == static_cast<double>(code) ? 1 : 0;
    if (column.indicators == 0) *x++ = std::isnan(value) ? 0 : (value - column.mean) / column.deviation;
  }
  return x;
}

SetFeatures::Scale SetFeatures::fill(const SetBatch& batch, Index b, Index target, double* x) const {
  const Tensor<double>& targets = batch.targets;
  const Scale scale = scale_of_window(targets, b, target);
  const Index stride = targets.dim(1) * targets.dim(2);
  double before = 0;
  for (Index i = b * targets.dim(2) + target; i < targets.size(); i += stride) {
    if (!std::isnan(targets[i])) before = (targets[i] - scale.shift) / scale.factor;
    *x++ = before;
  }
  for (const Column& column : columns_) {
    const Index steps = column.role == Role::fixed  ? 1
                        : column.role == Role::past ? options_.lookback
                                                    : options_.lookback + options_.horizon;
    x = fill_column(column, tensor_of(batch, column.role), steps, b, x);
  }
  return scale;
}

}  // namespace recurra
