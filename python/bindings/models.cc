// SPDX-License-Identifier: Apache-2.0
// Model files that the command wrote.
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arrays.h"
#include "bindings.h"
#include "recurra/data/csv.h"
#include "recurra/io/model_file.h"
#include "recurra/tasks/forecast/forecaster.h"
#include "shared_context.h"

namespace recurra::python {
namespace {

using Column = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Columns = std::map<std::string, Column>;

Series series_from(const ForecastModel& model, const std::filesystem::path& path) {
  return series_for(model.options, read_csv_file(path.string()), &model.preparation);
}

Series series_from(const ForecastModel&, const Columns& columns) {
  Series series;
  series.source = "the series";
  for (const auto& [name, column] : columns) {
    series.names.push_back(name);
    series.columns.emplace_back(column.data(), column.data() + column.size());
    require<ShapeError>(series.columns.back().size() == series.columns[0].size(), "predict: '", name, "' has ",
                        column.size(), " rows, '", series.names[0], "' has ", series.columns[0].size());
  }
  return series;
}

template <class Source>
Forecast predict(const ForecastModel& model, const Source& source) {
  const Series series = series_from(model, source);
  return shared_context()->run([&](Context& context) { return forecast_next(context, model, series); });
}

/// A forecast and the names of its targets.
struct NamedForecast {
  std::vector<std::string> stamps;
  nb::dict values;
};

NamedForecast named(const ForecastModel& model, const Forecast& forecast) {
  NamedForecast out{forecast.stamps, {}};
  for (std::size_t i = 0; i < forecast.values.size(); ++i) {
    const std::vector<double>& steps = forecast.values[i];
    out.values[model.options.targets[i].c_str()] = view(Tensor<double>({static_cast<Index>(steps.size())}, steps));
  }
  return out;
}

ForecastModel load_model(const std::filesystem::path& path) {
  const std::string task = read_model(path.string()).task;
  require<UnsupportedError>(task == "forecast", path.string(), ": a model of task ", task,
                            "; from Python only forecasters predict");
  return load_forecaster(path.string());
}

}  // namespace

void bind_models(nb::module_& m) {
  nb::class_<NamedForecast>(m, "Forecast", "What comes after the end of a series.")
      .def_ro("values", &NamedForecast::values,
              nb::sig("def values(self) -> dict[str, numpy.typing.NDArray[numpy.float64]]"),
              "For each target [horizon], in its own unit.")
      .def_ro("stamps", &NamedForecast::stamps, "When each step is; empty without a time column.");
  nb::class_<ForecastModel>(m, "Forecaster", "A trained forecaster; load_model reads one.")
      .def(
          "predict",
          [](const ForecastModel& model, const Columns& series) { return named(model, predict(model, series)); },
          nb::arg("series"),
          "The steps after the end of a series, given as a column [T] for each target and feature, NaN where a value "
          "is missing;\n"
          "the rows are one step apart.\n\n"
          "Errors: ValueError if the series is shorter than the lookback (and the lag of the difference), lacks a "
          "column, or the\n"
          "model knows calendar features, which need the time column of a CSV; ShapeError if columns differ in length.")
      .def(
          "predict",
          [](const ForecastModel& model, const std::filesystem::path& csv) {
            return named(model, predict(model, csv));
          },
          nb::arg("csv"),
          "The same from a CSV file, with the stamps of its time column.\n\nErrors: also OSError and FormatError.")
      .def_prop_ro("targets", [](const ForecastModel& model) { return model.options.targets; })
      .def_prop_ro("features", [](const ForecastModel& model) { return model.options.features; })
      .def_prop_ro(
          "lookback", [](const ForecastModel& model) { return model.options.lookback; }, "Steps that the net sees.")
      .def_prop_ro(
          "horizon", [](const ForecastModel& model) { return model.options.horizon; }, "Steps that it forecasts.")
      .def_prop_ro(
          "net", [](const ForecastModel& model) -> const Module<float>& { return *model.net; },
          nb::rv_policy::reference_internal, "Its parameters.")
      .def_prop_ro(
          "recurrent", [](const ForecastModel& model) -> const Recurrent<float>& { return model.net->recurrent(); },
          nb::rv_policy::reference_internal, "Its recurrent stack, for example for a Stepper.");
  m.def("load_model", &load_model, nb::arg("path"),
        "Reads a model file that `recurra forecast train` wrote.\n\n"
        "Errors: OSError; FormatError; UnsupportedError for a model of another task.");
}

}  // namespace recurra::python
