// SPDX-License-Identifier: Apache-2.0
// Models of every task.
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arrays.h"
#include "bindings.h"
#include "recurra/data/csv.h"
#include "recurra/io/atomic_file.h"
#include "recurra/tasks/classify/classifier.h"
#include "recurra/tasks/forecast/forecaster.h"
#include "recurra/tasks/forecast/samples.h"
#include "recurra/tasks/forecast/task.h"
#include "shared_context.h"
#include "verbs.h"

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
Forecast forecast(const ForecastModel& model, const Source& source, const std::vector<double>& levels) {
  const Series series = series_from(model, source);
  return shared_context()->run(
      [&](Context& context) { return forecast_next(context, model, series, levels, /*follow=*/true); });
}

/// A forecast and the names of its targets.
struct NamedForecast {
  std::vector<std::string> stamps;
  nb::dict values, intervals;
};

nb::object array_of(const std::vector<double>& steps) {
  return nb::cast(view(Tensor<double>({static_cast<Index>(steps.size())}, steps)));
}

NamedForecast named(const ForecastModel& model, const Forecast& forecast) {
  NamedForecast out{forecast.stamps, {}, {}};
  for (std::size_t i = 0; i < forecast.values.size(); ++i) {
    const char* name = model.options.targets[i].c_str();
    out.values[name] = array_of(forecast.values[i]);
    nb::dict own;
    for (const IntervalSteps& interval : forecast.intervals[i])
      own[nb::float_(interval.level)] = nb::make_tuple(array_of(interval.lower), array_of(interval.upper));
    out.intervals[name] = own;
  }
  return out;
}

/// By target, paths [count, horizon].
template <class Source>
nb::dict sample(const ForecastModel& model, const Source& source, Index count) {
  require(!model.set.has_value(), "sample: the model was trained on a set of series; use predict_set with samples");
  const Series series = series_from(model, source);
  ForecastSamples samples = shared_context()->run(
      [&](Context& context) { return sample_next(context, model, sampled_set(model, series), count); });
  for (const std::string& line : samples.notes) note_logger()("%s", line);
  nb::dict out;
  for (std::size_t i = 0; i < model.options.targets.size(); ++i) {
    SamplePaths& paths = samples.series[0].targets[i];
    out[model.options.targets[i].c_str()] =
        nb::cast(view(Tensor<double>({paths.count, paths.horizon}, std::move(paths.values))));
  }
  return out;
}

/// A model whose C++ type is known.
template <class Model>
struct ModelOf : TaskModel {
  const Model& model() const { return *std::any_cast<const std::shared_ptr<const Model>&>(opened.model); }
};
using Forecaster = ModelOf<ForecastModel>;
using Classifier = ModelOf<ClassifierModel>;

nb::object as_object(OpenModel opened, const std::string& path) {
  if (opened.model.type() == typeid(std::shared_ptr<const ForecastModel>))
    return nb::cast(Forecaster{{std::move(opened), path}});
  if (opened.model.type() == typeid(std::shared_ptr<const ClassifierModel>))
    return nb::cast(Classifier{{std::move(opened), path}});
  return nb::cast(TaskModel{std::move(opened), path});
}

nb::object load_model(const std::filesystem::path& path) {
  return as_object(open_model(path.string()), path.string());
}

/// The first of these verbs that the task has.
const Verb& first_verb(const Task& task, std::initializer_list<const char*> names) {
  for (const char* name : names)
    for (const Verb& verb : task.verbs)
      if (std::string_view(verb.name) == name) return verb;
  throw UnsupportedError(concat(task.name, ": no such verb"));
}

nb::object evaluate(const TaskModel& model, nb::handle data, const nb::kwargs& options) {
  const Task& task = *model.opened.task;
  return call_verb(task, first_verb(task, {"evaluate", "backtest"}), &model, data, options);
}

nb::object predict(const TaskModel& model, nb::handle data, const nb::kwargs& options) {
  const Task& task = *model.opened.task;
  return call_verb(task, first_verb(task, {"predict", "translate", "generate"}), &model, data, options);
}

/// What predict finds of a set, by id.
nb::object predict_set(const TaskModel& model, nb::handle data, const nb::kwargs& options) {
  const nb::object found = predict(model, data, options);
  nb::dict out;
  for (const nb::handle series : found["series"]) {
    nb::dict one = nb::cast<nb::dict>(series);
    const nb::object id = one["id"];
    nb::del(one["id"]);
    out[id] = one;
  }
  return out;
}

nb::object inspect(const TaskModel& model) {
  InspectArguments arguments;
  arguments.model = model.path;
  const VerbResult result = shared_context()->run([&](Context& threads) {
    VerbContext context(threads);
    return model.opened.task->inspect(context, model.opened.model, arguments);
  });
  return parsed(result.json);
}

nb::object train(const std::string& name, nb::handle data, const std::filesystem::path& out,
                 const nb::kwargs& options) {
  const auto& tasks = all_tasks();
  std::string known;
  for (const Task* task : tasks) known += (known.empty() ? "" : ", ") + std::string(task->name);
  const auto found = std::find_if(tasks.begin(), tasks.end(), [&](const Task* task) { return task->name == name; });
  require(found != tasks.end(), "train: expected one of ", known, ", found '", name, "'");
  nb::kwargs all = nb::steal<nb::kwargs>(PyDict_Copy(options.ptr()));
  all["out"] = nb::str(out.string().c_str());
  call_verb(**found, verb_of(**found, "train"), nullptr, data, all);
  return load_model(out);
}

using Sequence = nb::ndarray<const float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

nb::object class_probabilities(const Classifier& classifier, const std::vector<Sequence>& sequences) {
  const ClassifierModel& model = classifier.model();
  const auto width = static_cast<Index>(model.scaling.channels.size());
  LabelledSequences set;
  set.source = "the sequences";
  set.channels = model.scaling.channels;
  set.x = Sequences<float>(width);
  for (const Sequence& x : sequences) {
    require<ShapeError>(static_cast<Index>(x.shape(1)) == width, "predict: a sequence has ", x.shape(1),
                        " channels, the model expects ", width);
    set.add(concat(set.count() + 1), "", std::span<const float>(x.data(), x.size()));
  }
  return nb::cast(view(shared_context()->run([&](Context& context) { return classify(context, model, set); })));
}

}  // namespace

void bind_models(nb::module_& m) {
  nb::class_<NamedForecast>(m, "Forecast", "What comes after the end of a series.")
      .def_ro("values", &NamedForecast::values,
              nb::sig("def values(self) -> dict[str, numpy.typing.NDArray[numpy.float64]]"),
              "For each target [horizon], in its own unit.")
      .def_ro("intervals", &NamedForecast::intervals,
              nb::sig("def intervals(self) -> dict[str, dict[float, tuple[numpy.typing.NDArray[numpy.float64], "
                      "numpy.typing.NDArray[numpy.float64]]]]"),
              "For each target and level (percent of the values that should lie within) the lower and the upper ends "
              "[horizon];\nno levels where the model has no intervals.")
      .def_ro("stamps", &NamedForecast::stamps, "When each step is; empty without a time column.");
  nb::class_<TaskModel>(m, "Model",
                        "A trained model of any task; load_model reads one.\n\n"
                        "Data are a file, or a list: of strings (seq2seq), of lists of tokens (tag). Keywords are the "
                        "options of the\ncommand's verb with _ for -: model.evaluate(\"test.csv\", "
                        "report=\"report.html\").")
      .def_prop_ro(
          "task", [](const TaskModel& model) { return model.opened.task->name; }, "\"forecast\", \"classify\", ...")
      .def("predict", &predict, nb::arg("data") = nb::none(), nb::arg("options"),
           nb::sig("def predict(self, data: object | None = None, **options: object) -> object"),
           "What the verb predict (seq2seq: translate; lm: generate) finds, as --json prints it.\n\n"
           "Errors: OSError; FormatError; ValueError for data that do not fit or an unknown option.")
      .def("evaluate", &evaluate, nb::arg("data"), nb::arg("options"),
           nb::sig("def evaluate(self, data: object, **options: object) -> object"),
           "Scores of the model and baselines (forecast: backtest), as --json prints them.\n\n"
           "Errors: OSError; FormatError; ValueError for data that do not fit or an unknown option.")
      .def("inspect", &inspect, "What is inside, as `recurra inspect --json` prints it.")
      .def(
          "save",
          [](const TaskModel& model, const std::filesystem::path& path) {
            write_file_atomically(path.string(), model.opened.task->bytes(model.opened.model));
          },
          nb::arg("path"), "Writes the model in the newest format.\n\nErrors: OSError.");
  nb::class_<Classifier, TaskModel>(m, "Classifier", "A trained classifier of sequences; load_model reads one.")
      .def(
          "predict", [](const Classifier& c, const std::vector<Sequence>& x) { return class_probabilities(c, x); },
          nb::arg("sequences"),
          nb::sig("def predict(self, sequences: list[numpy.typing.NDArray[numpy.float32]]) -> "
                  "numpy.typing.NDArray[numpy.float32]"),
          "Class probabilities [sequences, classes] of arrays [steps, channels], NaN where a value is missing.\n\n"
          "Errors: ShapeError for another number of channels.")
      .def(
          "predict", [](const Classifier& c, nb::handle data, const nb::kwargs& o) { return predict(c, data, o); },
          nb::arg("data"), nb::arg("options"), nb::sig("def predict(self, data: object, **options: object) -> object"),
          "The same of a file, as --json prints it.")
      .def_prop_ro("classes", [](const Classifier& c) { return c.model().classes; })
      .def_prop_ro("channels", [](const Classifier& c) { return c.model().scaling.channels; });
  nb::class_<Forecaster, TaskModel>(m, "Forecaster", "A trained forecaster; load_model reads one.")
      .def(
          "predict",
          [](const Forecaster& f, const Columns& series, const std::vector<double>& levels) {
            return named(f.model(), forecast(f.model(), series, levels));
          },
          nb::arg("series"), nb::arg("levels") = std::vector<double>(),
          "The steps after the end of a series, given as a column [T] for each target and feature, NaN where a value "
          "is missing;\n"
          "the rows are one step apart. Intervals are at these levels (percent, ascending), or at those of the "
          "model.\n\n"
          "Errors: ValueError if the series is shorter than the lookback (and the lag of the difference), lacks a "
          "column,\nfor levels that the model does not have, or if the model knows calendar features, which need\n"
          "the time column of a CSV; ShapeError if columns differ in length.")
      .def(
          "predict",
          [](const Forecaster& f, const std::filesystem::path& csv, const std::vector<double>& levels) {
            return named(f.model(), forecast(f.model(), csv, levels));
          },
          nb::arg("csv"), nb::arg("levels") = std::vector<double>(),
          "The same from a CSV file, with the stamps of its time column.\n\nErrors: also OSError and FormatError.")
      .def(
          "sample",
          [](const Forecaster& f, const Columns& series, Index count) { return sample(f.model(), series, count); },
          nb::arg("series"), nb::arg("count"),
          nb::sig("def sample(self, series: collections.abc.Mapping[str, "
                  "typing.Annotated[numpy.typing.NDArray[numpy.float64], dict(shape=(None,), order='C', device='cpu', "
                  "writable=False)]], count: int) -> dict[str, numpy.typing.NDArray[numpy.float64]]"),
          "Futures drawn as a whole, for sums over steps and other questions that intervals of single steps cannot "
          "answer: for\neach target [count, horizon], in its own unit. Each step is spread as its intervals say; how "
          "steps depend on one\nanother is measured on windows that the net has not learned from, so the series should "
          "be the whole history. The\nsame paths for the same model and series. Notes go to the logger "
          "\"recurra\".\n\n"
          "Errors: as predict; ValueError for a count outside 1 to 100,000, and for a model without intervals or of a "
          "set of\nseries.")
      .def(
          "sample",
          [](const Forecaster& f, const std::filesystem::path& csv, Index count) {
            return sample(f.model(), csv, count);
          },
          nb::arg("csv"), nb::arg("count"),
          nb::sig("def sample(self, csv: str | os.PathLike, count: int) -> dict[str, "
                  "numpy.typing.NDArray[numpy.float64]]"),
          "The same from a CSV file.\n\nErrors: also OSError and FormatError.")
      .def(
          "predict_set",
          [](const Forecaster& f, nb::handle data, const nb::kwargs& options) {
            require(f.model().set.has_value(), "predict_set: the model was trained on one series; use predict");
            return predict_set(f, data, options);
          },
          nb::arg("data"), nb::arg("options"),
          nb::sig("def predict_set(self, data: object, **options: object) -> dict[str, dict]"),
          "The steps after the end of each series of a set: a file, or a data frame (pandas, polars). For each id a "
          "dict "
          "as --json\nprints it: \"time\", and \"forecast\" with the values of each target. Keywords are the options "
          "of "
          "the command's predict:\nfuture, holidays, more, levels, samples (then \"samples\" has paths).\n\n"
          "Errors: OSError; FormatError; ValueError for a model of one series, for data that do not fit, and for a "
          "plan "
          "that is\nshorter than the horizon.")
      .def_prop_ro(
          "known", [](const Forecaster& f) { return f.model().options.known; }, "Columns that are known ahead.")
      .def_prop_ro("targets", [](const Forecaster& f) { return f.model().options.targets; })
      .def_prop_ro("features", [](const Forecaster& f) { return f.model().options.features; })
      .def_prop_ro(
          "lookback", [](const Forecaster& f) { return f.model().options.lookback; }, "Input steps of the net.")
      .def_prop_ro(
          "horizon", [](const Forecaster& f) { return f.model().options.horizon; }, "Steps that it forecasts.")
      .def_prop_ro(
          "net", [](const Forecaster& f) -> const Module<float>& { return *f.model().net; },
          nb::rv_policy::reference_internal, "Its parameters.")
      .def_prop_ro(
          "recurrent", [](const Forecaster& f) -> const Recurrent<float>& { return f.model().net->recurrent(); },
          nb::rv_policy::reference_internal, "Its recurrent stack, for example for a Stepper.");
  m.def("load_model", &load_model, nb::arg("path"), nb::sig("def load_model(path: str | os.PathLike) -> Model"),
        "Reads a model file of any task: a Forecaster, a Classifier, or a Model.\n\n"
        "Errors: OSError; FormatError; UnsupportedError for a task that this version does not know.");
  m.def(
      "_forecast_now",
      [](nb::handle data, const nb::kwargs& options) {
        return call_verb(forecast_task(), verb_of(forecast_task(), "now"), nullptr, data, options);
      },
      nb::arg("data"), nb::arg("options"),
      nb::sig("def _forecast_now(data: object, **options: object) -> dict[str, object]"),
      "The verb of recurra.forecast.now, with data that a table can be read from.");
  m.def(
      "train", &train, nb::arg("task"), nb::arg("data"), nb::arg("out"), nb::arg("options"),
      nb::sig(
          "def train(task: str, data: str | os.PathLike | list, out: str | os.PathLike, **options: object) -> Model"),
      "Trains a model of a task on a file or a data frame, writes it to out, and returns it.\n\nKeywords are the "
      "options "
      "of the command's train with _ for -:\ntrain(\"forecast\", \"load.csv\", \"m.safetensors\", target=\"load\", "
      "horizon=24, hidden=32). Notes go to the logger \"recurra\".\n\n"
      "Errors: OSError; FormatError; ValueError for data that cannot be used or an unknown option; KeyboardInterrupt.");
}

}  // namespace recurra::python
