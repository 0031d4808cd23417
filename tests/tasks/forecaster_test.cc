// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/forecast/forecaster.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "recurra/data/csv.h"
#include "recurra/data/time_pattern.h"
#include "recurra/io/model_file.h"
#include "recurra/tasks/forecast/backtest.h"
#include "recurra/tasks/forecast/compare.h"
#include "recurra/tasks/forecast/inspect.h"
#include "recurra/tasks/forecast/report.h"
#include "tests/local_ranks.h"

namespace recurra::forecaster_test {
namespace {

constexpr Index kRows = 400;

/// A season of 12 whose amplitude drifts, a second column that follows it, hourly stamps, noise.
Series wave(Index rows = kRows, std::uint64_t seed = 3) {
  Series s{"wave.csv", {"x", "y", "aid"}, std::vector<std::vector<double>>(3), {}, {}};
  Random random(seed, 0);
  for (Index t = 0; t < rows; ++t) {
    const double phase = 2 * M_PI * static_cast<double>(t) / 12;
    s.columns[0].push_back(100 + (10 + 0.01 * static_cast<double>(t)) * std::sin(phase) + random.normal());
    s.columns[1].push_back(50 + 5 * std::cos(phase) + random.normal());
    s.columns[2].push_back(std::sin(phase + 1));
  }
  s.axis = TimeAxis{.format = time_format_from("%Y-%m-%d %H:%M"), .start = 0, .step = 3600 * kTicksPerSecond};
  return s;
}

ForecastOptions small(const std::vector<std::string>& targets = {"x"}) {
  ForecastOptions o;
  o.targets = targets;
  o.horizon = 6;
  o.lookback = 24;
  o.hidden = 8;
  o.train.epochs = 3;
  return o;
}

std::vector<double> predict(const TrainedForecaster& trained, const Series& series) {
  Context context(1);
  std::vector<double> all;
  for (const auto& values : forecast_next(context, trained.model, series).values)
    all.insert(all.end(), values.begin(), values.end());
  return all;
}

TrainedForecaster fit(const Series& series, const ForecastOptions& options, int threads = 1) {
  Context context(threads);
  return train_forecaster(context, series, options);
}

TEST(Forecaster, ResolvesWhatWasLeftOpenAndSaysSo) {
  ForecastOptions o = small();
  o.lookback = 0;
  const auto trained = fit(wave(), o);
  EXPECT_EQ(trained.model.options.season, 12);
  EXPECT_EQ(trained.model.options.difference, DifferenceKind::none);
  EXPECT_EQ(trained.model.options.lookback, 24);
  ASSERT_EQ(trained.notes.size(), 3u);
  EXPECT_NE(trained.notes[0].find("lookback: 24 steps (a linear model's validation error"), std::string::npos);
  EXPECT_NE(trained.notes[1].find("difference: none (a linear model's validation error"), std::string::npos)
      << trained.notes[1];
  EXPECT_NE(trained.notes[2].find("season: 12 steps"), std::string::npos);
}

TEST(Forecaster, ForecastsNearTheTruthInTheUnitOfTheData) {
  const Series all = wave(kRows + 6);
  Series known = all;
  for (auto& column : known.columns) column.resize(kRows);
  int good = 0;
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    ForecastOptions o = small();
    o.seed = seed;
    const auto y = predict(fit(known, o), known);
    double error = 0;
    for (std::size_t h = 0; h < 6; ++h) error += std::abs(y[h] - all.columns[0][kRows + h]) / 6;
    good += error < 2.5;  // the noise has a deviation of 1, a seasonal difference of sqrt 2
  }
  EXPECT_GE(good, 4);
}

TEST(Forecaster, EveryOptionTrainsSavesLoadsAndForecastsTheSameBits) {
  const Series series = wave();
  std::vector<ForecastOptions> all(30, small());
  all[1].cell = Cell::gru;
  all[2].cell = Cell::rnn_tanh;
  all[2].init.recurrent = Init::identity;
  all[3].bidirectional = true;
  all[3].layers = 2;
  all[3].dropout = 0.2;
  all[4].strategy = Strategy::recursive;
  all[4].difference = DifferenceKind::none;
  all[5].targets = {"x", "y"};
  all[6].features = {"aid"};
  all[7].log = true;
  all[8].difference = DifferenceKind::first;
  all[8].scale = ScaleKind::robust;
  all[9].skip = false;
  all[9].init.forget_bias = 1.0;
  all[10].tbptt = 8;
  all[10].init.chrono_steps = 24;
  all[11].scale = ScaleKind::minmax;
  all[11].season = 1;
  all[12].split = {0.8, 0, 0.2};
  all[12].loss = {ops::LossKind::huber, 0.5};
  all[13].targets = {"x", "y"};
  all[13].strategy = Strategy::recursive;
  for (std::size_t i = 14; i < 19; ++i) all[i].strategy = Strategy::decoder;
  all[15].targets = {"x", "y"};
  all[15].bidirectional = true;
  all[15].layers = 2;
  all[15].cell = Cell::gru;
  all[16].features = {"aid"};
  all[16].forcing = {ForcingDecay::linear, 30, 0.1};
  all[17].skip = false;
  all[17].tbptt = 8;
  all[17].forcing = {ForcingDecay::constant, 0};
  all[18].difference = DifferenceKind::none;  // reads the calendar, of the horizon too
  for (std::size_t i = 19; i < 23; ++i) all[i].difference = DifferenceKind::last;
  all[19].targets = {"x", "y"};
  all[20].strategy = Strategy::recursive;
  all[20].targets = {"x", "y"};
  all[21].strategy = Strategy::decoder;
  all[22].refit = false;
  all[22].log = true;
  for (std::size_t i = 23; i < 26; ++i) all[i].strategy = Strategy::segments;
  all[24].segment = 7;  // divides neither the window nor the horizon
  all[24].targets = {"x", "y"};
  all[24].features = {"aid"};
  all[24].cell = Cell::gru;
  all[24].layers = 2;
  for (std::size_t i = 25; i < 28; ++i) {
    all[i].targets = {"x", "y"};
    all[i].channels = Channels::independent;
  }
  all[26].features = {"aid"};
  all[27].strategy = Strategy::recursive;
  all[28].scale_window = ops::WindowScaling::standard;
  all[28].difference = DifferenceKind::none;
  all[29].scale_window = ops::WindowScaling::mean_size;
  all[29].strategy = Strategy::decoder;
  const std::string path =
      (std::filesystem::temp_directory_path() / ("recurra_model_" + std::to_string(::getpid()))).string();
  for (std::size_t i = 0; i < all.size(); ++i) {
    SCOPED_TRACE(i);
    const auto trained = fit(series, all[i]);
    const auto y = predict(trained, series);
    ASSERT_EQ(y.size(), 6 * all[i].targets.size());
    for (const double v : y) {
      EXPECT_GT(v, 20);
      EXPECT_LT(v, 160);
    }
    save_forecaster(path, trained.model);
    Context context(2);
    const ForecastModel loaded = load_forecaster(path);
    const auto again = forecast_next(context, loaded, series);
    for (std::size_t target = 0; target < again.values.size(); ++target)
      for (std::size_t h = 0; h < 6; ++h) EXPECT_EQ(again.values[target][h], y[target * 6 + h]);
    EXPECT_EQ(again.stamps.at(0), series.axis->stamp(kRows));
    EXPECT_EQ(to_json(loaded.options), to_json(trained.model.options));
    EXPECT_EQ(training_command(loaded, "m"), training_command(trained.model, "m"));
  }
  std::filesystem::remove(path);
}

TEST(Forecaster, IndependentTargetsAreForecastFromTheirOwnWindows) {
  for (const Channels channels : {Channels::joint, Channels::independent}) {
    for (const Strategy strategy : {Strategy::direct, Strategy::segments}) {
      ForecastOptions o = small({"x", "y"});
      o.channels = channels;
      o.strategy = strategy;
      const TrainedForecaster trained = fit(wave(), o);
      Series changed = wave();
      for (std::size_t t = kRows - 20; t < kRows; ++t) changed.columns[1][t] += 5;
      const auto before = predict(trained, wave()), after = predict(trained, changed);
      const bool same = std::equal(before.begin(), before.begin() + 6, after.begin());  // x
      EXPECT_EQ(same, channels == Channels::independent) << name_of(strategy_names(), strategy);
      EXPECT_NE(before[6], after[6]);
    }
  }
}

TEST(Forecaster, ManyTargetsAreIndependentByDefault) {
  Series series = wave();
  ForecastOptions o = small({"x", "y", "aid"});
  EXPECT_EQ(fit(series, o).model.options.channels, Channels::joint);
  series.names.push_back("z");
  series.columns.push_back(series.columns[0]);
  o.targets.push_back("z");
  const TrainedForecaster four = fit(series, o);
  EXPECT_EQ(four.model.options.channels, Channels::independent);
  EXPECT_TRUE(std::any_of(four.notes.begin(), four.notes.end(),
                          [](const std::string& note) { return note.starts_with("channels: each of the 4 targets"); }));
  o.channels = Channels::joint;
  EXPECT_EQ(fit(series, o).model.options.channels, Channels::joint);
}

TEST(Forecaster, AWindowsScaleMakesForecastsFollowLevelAndSize) {
  for (const Strategy strategy : {Strategy::direct, Strategy::segments}) {
    ForecastOptions o = small();
    o.difference = DifferenceKind::none;
    o.scale_window = ops::WindowScaling::standard;
    o.strategy = strategy;
    Series series = wave(), louder = wave();
    series.axis.reset();
    louder.axis.reset();
    const TrainedForecaster trained = fit(series, o);
    for (double& v : louder.columns[0]) v = 3 * v + 1000;
    Context context(1);
    const Forecast quiet = forecast_next(context, trained.model, series),
                   loud = forecast_next(context, trained.model, louder);
    for (std::size_t h = 0; h < 6; ++h) {
      EXPECT_NEAR(loud.values[0][h], 3 * quiet.values[0][h] + 1000, 0.05);
      EXPECT_NEAR(loud.intervals[0][0].upper[h], 3 * quiet.intervals[0][0].upper[h] + 1000, 0.05);
    }
  }
}

TEST(Forecaster, RefusesScalesSegmentsAndChannelsThatContradict) {
  const auto refused = [](void (*change)(ForecastOptions&), const std::string& words) {
    ForecastOptions o = small();
    change(o);
    try {
      check_options(o);
      ADD_FAILURE() << "accepted: " << words;
    } catch (const ValueError& error) {
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
  };
  using ops::WindowScaling;
  refused(
      [](auto& o) {
        o.scale_window = WindowScaling::last;
        o.difference = DifferenceKind::seasonal;
      },
      "scale-window last: it is what --difference last does");
  refused(
      [](auto& o) {
        o.scale_window = WindowScaling::standard;
        o.difference = DifferenceKind::last;
      },
      "difference last is a scale of each window too");
  refused(
      [](auto& o) {
        o.scale_window = WindowScaling::standard;
        o.head = HeadKind::poisson;
      },
      "0 must stay 0 with the head poisson");
  refused(
      [](auto& o) {
        o.scale_window = WindowScaling::standard;
        o.scale = ScaleKind::none;
      },
      "needs --scale");
  refused(
      [](auto& o) {
        o.scale_window = WindowScaling::mean_size;
        o.strategy = Strategy::recursive;
      },
      "a new scale at each step");
  refused(
      [](auto& o) {
        o.channels = Channels::independent;
        o.strategy = Strategy::decoder;
      },
      "writes all targets of a step together");
  refused([](auto& o) { o.segment = 4; }, "goes with --strategy segments");
  refused(
      [](auto& o) {
        o.strategy = Strategy::segments;
        o.segment = 25;
      },
      "expected at most the lookback, 24, found 25");
  refused(
      [](auto& o) {
        o.strategy = Strategy::segments;
        o.bidirectional = true;
      },
      "leave bidirectional and from-end out");
  refused(
      [](auto& o) {
        o.strategy = Strategy::segments;
        o.tbptt = 2;
      },
      "leave tbptt out");
}

TEST(Forecaster, TrainingHasTheSameBitsOnAnyNumberOfThreads) {
  ForecastOptions o = small();
  o.hidden = 40;
  const auto one = fit(wave(), o, 1), three = fit(wave(), o, 3);
  const auto a = one.model.net->state(), b = three.model.net->state();
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].second.values(), b[i].second.values()) << a[i].first;
}

TEST(Forecaster, TheNewestObservationChangesTheForecast) {
  for (const bool skip : {true, false}) {
    ForecastOptions o = small();
    o.skip = skip;
    o.difference = DifferenceKind::none;
    const auto trained = fit(wave(), o);
    Series changed = wave();
    changed.columns[0].back() += 5;
    EXPECT_NE(predict(trained, wave()), predict(trained, changed));
  }
}

// Batches and padding are the engine's affair: a window's forecast has the same bits alone.
TEST(Forecaster, ABatchOfWindowsEqualsEachAlone) {
  for (const Strategy strategy : {Strategy::direct, Strategy::recursive, Strategy::decoder, Strategy::segments}) {
    ForecastOptions o = small({"x", "y"});
    o.strategy = strategy;
    o.layers = 2;
    o.bidirectional = strategy != Strategy::segments;
    o.difference = DifferenceKind::none;
    const auto trained = fit(wave(), o);
    const Prepared prepared = apply_preparation(trained.model.preparation, trained.model.options, wave());
    Context context(1);
    const std::vector<Index> origins = {24, 391, 100, 101, 300};
    const Tensor<float> together = forecast_windows(context, trained.model, prepared, origins);
    for (std::size_t i = 0; i < origins.size(); ++i) {
      const Tensor<float> alone = forecast_windows(context, trained.model, prepared, std::span(origins).subspan(i, 1));
      for (Index j = 0; j < alone.size(); ++j)
        EXPECT_EQ(alone[j], together[static_cast<Index>(i) * alone.size() + j]) << name_of(strategy_names(), strategy);
    }
  }
}

// A decoder is told the calendar of the horizon, and nothing else of it.
TEST(Forecaster, ADecoderReadsTheCalendarOfTheHorizonAndNoOtherInputOfIt) {
  ForecastOptions o = small();
  o.strategy = Strategy::decoder;
  o.difference = DifferenceKind::none;
  o.features = {"aid"};
  o.skip = false;  // its linear start would leave the head at zero until training finds more
  const auto trained = fit(wave(), o);
  const ForecastModel& model = trained.model;
  const Prepared prepared = apply_preparation(model.preparation, model.options, wave());
  ASSERT_EQ(model.preparation.inputs,
            (std::vector<std::string>{"x", "aid", "day_sin", "day_cos", "week_sin", "week_cos"}));
  Context context(1);
  const std::vector<Index> origin = {200};
  const Tensor<float> y = forecast_windows(context, model, prepared, origin);
  const auto changed = [&](Index row, Index column) {
    Prepared other = prepared;
    other.windows.inputs = prepared.windows.inputs.clone();
    other.windows.inputs.at({row, column}) += 1;
    return forecast_windows(context, model, other, origin).values() != y.values();
  };
  for (Index column = 0; column < 6; ++column) {
    EXPECT_TRUE(changed(199, column)) << column;  // the newest row of the window
    for (const Index row : {200, 205}) EXPECT_EQ(changed(row, column), column >= 2) << row << " " << column;
    EXPECT_FALSE(changed(206, column)) << column;
  }
  const Tensor<float> known = gather_known(prepared.windows, origin, prepared.windows.known, prepared.windows.horizon);
  const auto features = calendar_features(model.preparation.cycles, *wave().axis, 203);
  for (Index i = 0; i < 4; ++i)
    EXPECT_EQ(known.at({3, 0, i}), static_cast<float>(features[static_cast<std::size_t>(i)]));
}

// Nothing behind the training rows may reach scalers, season or weights of the linear start.
TEST(Forecaster, LaterRowsDoNotReachTheScalers) {
  Series changed = wave();
  for (Index t = 281; t < kRows; ++t) changed.columns[0][t] += 1000;
  ForecastOptions a = small();
  a.season = 12;
  a.difference = DifferenceKind::seasonal;
  ForecastOptions b = a;
  std::vector<std::string> notes;
  const auto before = fit_preparation(wave(), a, notes), after = fit_preparation(changed, b, notes);
  EXPECT_EQ(before.scalers[0].shift, after.scalers[0].shift);
  EXPECT_EQ(before.scalers[0].factor, after.scalers[0].factor);
}

TEST(Forecaster, MissingInputsAreFlaggedAndMissingTargetsMasked) {
  Series series = wave();
  for (Index t = 50; t < 200; t += 17) series.columns[0][t] = NAN;
  series.columns[0][kRows - 3] = NAN;
  ForecastOptions o = small();
  o.difference = DifferenceKind::seasonal;
  const auto trained = fit(series, o);
  EXPECT_EQ(trained.model.preparation.inputs, (std::vector<std::string>{"x", "x_missing"}));
  for (const EpochRecord& r : trained.model.summary.history) EXPECT_TRUE(std::isfinite(r.validation_loss));
  for (const double v : predict(trained, series)) EXPECT_TRUE(std::isfinite(v));
  // What stands in for a missing target must not matter: its weight is 0.
  Prepared prepared = apply_preparation(trained.model.preparation, trained.model.options, series);
  const std::vector<Index> origin = {kRows - 6};
  const WindowBatch batch = gather_windows(prepared.windows, origin);
  EXPECT_EQ(batch.weights.values(), (std::vector<float>{1, 1, 1, 0, 1, 1}));
}

TEST(Forecaster, EpochZeroIsTheLinearRival) {
  ForecastOptions o = small();
  o.train.epochs = 0;
  const auto trained = fit(wave(), o);
  Context context(1);
  const Backtest result = backtest(context, trained.model, wave());
  const auto& methods = result.targets[0].methods;
  const auto linear = std::find_if(methods.begin(), methods.end(), [](const auto& m) { return m.name == "linear"; });
  ASSERT_NE(linear, methods.end());
  EXPECT_NEAR(methods[0].errors.mae, linear->errors.mae, 1e-4);
}

std::string error_of(const Series& series, const ForecastOptions& options) {
  try {
    fit(series, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Forecaster, BadDataAndOptionsAreNamed) {
  const auto with = [](auto change) {
    ForecastOptions o = small();
    change(o);
    return error_of(wave(), o);
  };
  EXPECT_NE(with([](auto& o) { o.horizon = 0; }).find("horizon: expected 1"), std::string::npos);
  EXPECT_NE(with([](auto& o) { o.hidden = -3; }).find("hidden: expected 1"), std::string::npos);
  EXPECT_NE(with([](auto& o) { o.targets = {"z"}; }).find("no column 'z'"), std::string::npos);
  EXPECT_NE(with([](auto& o) { o.features = {"x"}; }).find("'x' is named twice"), std::string::npos);
  EXPECT_NE(with([](auto& o) { o.lookback = 500; }).find("too few rows"), std::string::npos);
  EXPECT_NE(with([](auto& o) { o.split = {0.98, 0.01, 0.01}; }).find("validation part has 4"), std::string::npos);
  EXPECT_NE(with([](auto& o) {
              o.strategy = Strategy::recursive;
              o.features = {"aid"};
            }).find("not known ahead"),
            std::string::npos);
  EXPECT_NE(with([](auto& o) {
              o.tbptt = 4;
              o.bidirectional = true;
            }).find("tbptt"),
            std::string::npos);
  Series series = wave();
  std::fill(series.columns[0].begin(), series.columns[0].end(), 7.0);
  EXPECT_NE(error_of(series, small()).find("is constant (7)"), std::string::npos);
  std::fill(series.columns[0].begin(), series.columns[0].end(), NAN);
  EXPECT_NE(error_of(series, small()).find("no value at all"), std::string::npos);
  series = wave();
  series.columns[0][5] = -1;
  ForecastOptions o = small();
  o.log = true;
  EXPECT_NE(error_of(series, o).find("log needs values above 0, found -1 at value 6"), std::string::npos);
}

TEST(Forecaster, AModelFileOfOtherSizesIsRefused) {
  const auto trained = fit(wave(), small());
  const std::string path =
      (std::filesystem::temp_directory_path() / ("recurra_bad_" + std::to_string(::getpid()))).string();
  const auto error_with = [&](auto change) {
    save_forecaster(path, trained.model);
    ModelFile file = read_model(path);
    change(file);
    write_model(path, file);
    try {
      load_forecaster(path);
    } catch (const FormatError& error) {
      return std::string(error.what());
    }
    return std::string("no FormatError");
  };
  EXPECT_NE(error_with([](auto& f) { f.tensors.pop_back(); }).find("\"skip.bias\" is missing"), std::string::npos);
  EXPECT_NE(error_with([](auto& f) { f.tensors[0].second = Tensor<float>({3}); }).find("rnn.weight_ih_l0"),
            std::string::npos);
  EXPECT_NE(error_with([](auto& f) { f.description["options"]["hidden"] = 60000; }).find("weights, the file holds"),
            std::string::npos);
  EXPECT_NE(error_with([](auto& f) { f.description["options"]["cell"] = "mamba"; }).find("one of rnn"),
            std::string::npos);
  EXPECT_NE(error_with([](auto& f) { f.description.erase("preparation"); }).find("\"preparation\" is missing"),
            std::string::npos);
  EXPECT_NE(error_with([](auto& f) {
              f.description["summary"]["history"] = {{1, 2}, {3, 4}};
            }).find("8 numbers for an epoch"),
            std::string::npos);
  std::filesystem::remove(path);
}

TEST(Diagnosis, AndReportComeFromEveryCell) {
  Context context(1);
  for (const Cell cell : {Cell::rnn_tanh, Cell::gru, Cell::lstm}) {
    ForecastOptions o = small();
    o.cell = cell;
    const auto trained = fit(wave(), o);
    const Diagnosis d = diagnose(context, trained.model, wave());
    EXPECT_EQ(d.whole.norm.size(), 24u);
    EXPECT_GE(d.whole.effective_lookback, 1);
    EXPECT_LE(d.whole.effective_lookback, 24);
    EXPECT_EQ(d.layers[0].half_life.size(), cell == Cell::rnn_tanh ? 0u : 8u);
    EXPECT_GE(advice(trained.model, d).size(), 2u);
    const std::string html = forecast_report(context, trained.model, wave(), backtest(context, trained.model, wave()));
    for (const char* part :
         {"Forecast of x", "Error by horizon step", "Gradient norm", "Gradient flow through time", "--season 12"})
      EXPECT_NE(html.find(part), std::string::npos) << part;
  }
}

TEST(Compare, UsesAboutEqualParameters) {
  Context context(1);
  ForecastOptions o = small();
  o.train.epochs = 1;
  const Comparison c = compare_cells(context, wave(), o, 2);
  ASSERT_EQ(c.cells.size(), 3u);
  for (const CellScore& cell : c.cells) {
    EXPECT_EQ(cell.mae.size(), 2u);
    EXPECT_NEAR(static_cast<double>(cell.parameters), static_cast<double>(c.cells[2].parameters),
                0.15 * static_cast<double>(c.cells[2].parameters));
  }
}

TEST(Compare, RanksDivideTheRuns) {
  Context one(1);
  ForecastOptions o = small();
  o.train.epochs = 1;
  const Comparison alone = compare_cells(one, wave(), o, 2);
  LocalRanks(4).run([&](Context& context) {
    const Comparison shared = compare_cells(context, wave(), o, 2);
    for (std::size_t c = 0; c < alone.cells.size(); ++c) EXPECT_EQ(shared.cells[c].mae, alone.cells[c].mae);
    EXPECT_EQ(shared.cells[0].parameters, alone.cells[0].parameters);
  });
}

// The figures that the bundled series is known by.
TEST(Backtest, BaselinesOnTheBundledSeries) {
  const Series demand =
      make_series(read_csv_file(std::string(RECURRA_SOURCE_DIR) + "/examples/data/england_wales_demand.csv"), {});
  ForecastOptions o = small({"demand"});
  o.horizon = 48;
  o.lookback = 96;
  o.season = 336;
  o.scale_window = ops::WindowScaling::none;
  o.split = {0.7, 0.133333, 0.166667};
  o.train.epochs = 0;
  Context context(2);
  const auto trained = train_forecaster(context, demand, o);
  const Backtest result = backtest(context, trained.model, demand, true);
  EXPECT_EQ(result.windows, 625);
  EXPECT_EQ(result.rows.size(), 625u * 48);
  const auto mae = [&](const std::string& name) {
    for (const MethodScore& m : result.targets[0].methods)
      if (m.name == name) return m.errors.mae;
    return 0.0;
  };
  EXPECT_NEAR(mae("repeat-last"), 5635, 1);
  EXPECT_NEAR(mae("seasonal-naive"), 490, 1);
  EXPECT_NEAR(mae("linear"), 352.4, 0.5);
  EXPECT_EQ(verdict(result)[0].find(" wins"), std::string::npos)  // untrained: it is the rival
      << verdict(result)[0];
}

}  // namespace
}  // namespace recurra::forecaster_test
