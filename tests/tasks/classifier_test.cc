// SPDX-License-Identifier: Apache-2.0
#include "recurra/tasks/classify/classifier.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "recurra/io/json_reader.h"
#include "recurra/io/model_file.h"
#include "recurra/tasks/classify/baselines.h"
#include "recurra/tasks/classify/report.h"
#include "tests/error_of.h"
#include "tests/tasks/stop_after.h"

namespace recurra {
namespace {

namespace fs = std::filesystem;

/// Waves of two frequencies, of 5 to 24 steps; some values missing; a second channel of noise.
LabelledSequences waves(Index count = 60, std::uint64_t seed = 1) {
  LabelledSequences set{"waves", {"x", "noise"}, Sequences<float>(2), {}, {}, {}};
  Random random(seed, 0);
  for (Index i = 0; i < count; ++i) {
    std::vector<float> steps;
    const double speed = i % 3 == 0 ? 1.4 : 0.5, phase = random.uniform(0, 6);
    const auto length = static_cast<Index>(5 + random.below(20));
    for (Index t = 0; t < length; ++t) {
      steps.push_back(random.uniform() < 0.05 ? NAN : static_cast<float>(100 + 10 * std::sin(speed * t + phase)));
      steps.push_back(static_cast<float>(random.normal()));
    }
    set.add(std::to_string(i), i % 3 == 0 ? "fast" : "slow", steps);
  }
  return set;
}

ClassifyOptions small() {
  ClassifyOptions o;
  o.hidden = 12;
  o.ensemble = 1;
  o.train.epochs = 3;
  return o;
}

TrainedClassifier fit(const LabelledSequences& set, const ClassifyOptions& options, int threads = 1) {
  Context context(threads);
  return train_classifier(context, set, {}, options);
}

std::vector<float> probabilities(const ClassifierModel& model, const LabelledSequences& set) {
  Context context(1);
  return classify(context, model, set).values();
}

/// A folder of its own that goes away.
struct Folder {
  fs::path path = fs::temp_directory_path() / concat("labelled", ::getpid());
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  std::string write(const std::string& name, const std::string& text) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << text;
    return (path / name).string();
  }
};

TEST(Classifier, LearnsWavesAndBeatsTheMajority) {
  ClassifyOptions o = small();
  o.train.epochs = 40;
  o.train.batch_size = 8;
  o.train.optimizer.learning_rate = 0.01;
  int learned = 0;
  for (o.seed = 1; o.seed <= 5; ++o.seed) {
    const LabelledSequences train = waves(150), test = waves(90, 7);
    const auto trained = fit(train, o);
    Context context(1);
    const auto evaluation = evaluate_classifier(context, trained.model, test, &train);
    learned += evaluation.methods[0].confusion.accuracy() > 0.9;
    EXPECT_EQ(evaluation.methods[1].name, "majority");
    EXPECT_NEAR(evaluation.methods[1].confusion.accuracy(), 2.0 / 3, 1e-9);
  }
  EXPECT_GE(learned, 4);
}

TEST(Classifier, APaddedBatchEqualsEachSequenceAlone) {
  for (const auto readout :
       {SequenceReadout::last, SequenceReadout::mean, SequenceReadout::max, SequenceReadout::attention}) {
    ClassifyOptions o = small();
    o.readout = readout;
    o.layers = 2;
    const auto trained = fit(waves(), o);
    const LabelledSequences set = waves(20, 3);
    const auto together = probabilities(trained.model, set);
    for (Index i = 0; i < set.count(); ++i) {
      const std::vector<Index> one = {i};
      const auto alone = probabilities(trained.model, subset(set, one));
      EXPECT_EQ(alone[0], together[static_cast<std::size_t>(2 * i)]) << name_of(readout_names(), readout) << " " << i;
    }
  }
}

TEST(Classifier, SavesLoadsAndClassifiesWithTheSameBits) {
  ClassifyOptions o = small();
  o.readout = SequenceReadout::attention;
  const auto trained = fit(waves(), o);
  const std::string path = (fs::temp_directory_path() / concat("classifier", ::getpid(), ".safetensors")).string();
  save_classifier(path, trained.model);
  const ClassifierModel loaded = load_classifier(path);
  EXPECT_EQ(probabilities(loaded, waves(20, 3)), probabilities(trained.model, waves(20, 3)));
  EXPECT_EQ(loaded.classes, (std::vector<std::string>{"fast", "slow"}));
  EXPECT_EQ(to_json(loaded.options), to_json(trained.model.options));
  EXPECT_EQ(training_command(loaded, "m"), training_command(trained.model, "m"));
  fs::remove(path);
}

TEST(Classifier, AnyNumberOfThreadsGivesTheSameBits) {
  ClassifyOptions o = small();
  o.hidden = 40;
  o.dropout = 0.3;
  o.noise = 0.1;
  o.train.epochs = 2;
  EXPECT_EQ(probabilities(fit(waves(), o, 1).model, waves(20, 3)),
            probabilities(fit(waves(), o, 3).model, waves(20, 3)));
}

TEST(Classifier, AnEmptySequenceIsLegal) {
  LabelledSequences set = waves();
  set.add("empty", "slow", std::vector<float>());
  for (const auto readout :
       {SequenceReadout::last, SequenceReadout::mean, SequenceReadout::max, SequenceReadout::attention}) {
    ClassifyOptions o = small();
    o.readout = readout;
    const auto trained = fit(set, o);
    LabelledSequences only{"empty", set.channels, Sequences<float>(2), {}, {}, {}};
    only.add("a", "", std::vector<float>());
    only.add("b", "", std::vector<float>());
    const auto p = probabilities(trained.model, only);
    EXPECT_NEAR(p[0] + p[1], 1, 1e-6);
    EXPECT_EQ(p[0], p[2]);
  }
}

TEST(Classifier, ClassWeightsLiftTheRareClass) {
  LabelledSequences set{"shares", {"x"}, Sequences<float>(1), {}, {}, {}};
  Random random(3, 0);
  for (Index i = 0; i < 200; ++i)  // the classes overlap; one is nine times as frequent
    set.add("s", i % 10 == 0 ? "rare" : "common",
            std::vector<float>{static_cast<float>(random.normal(i % 10 == 0 ? 1.0 : 0.0, 1.0))});
  ClassifyOptions o = small();
  o.validation = 0;
  o.train.epochs = 40;
  Context context(1);
  const auto recall = [&] {
    const auto evaluation = evaluate_classifier(context, fit(set, o).model, set);
    return evaluation.methods[0].confusion.score(1).recall;
  };
  const double plain = recall();
  o.class_weights = true;
  EXPECT_GT(recall(), plain + 0.2);
}

TEST(Classifier, RefusesWhatCannotBeLearned) {
  LabelledSequences set = waves(12);
  set.labels.assign(12, "only");
  EXPECT_EQ(error_of([&] { fit(set, small()); }), "waves: expected at least two classes, found 1 ('only')");
  set.labels[3] = "";
  EXPECT_EQ(error_of([&] { fit(set, small()); }), "waves: the sequence 3 has no label");
  LabelledSequences hollow = waves(12);
  for (Index i = 0; i < 12; ++i)
    for (Index k = 1; k < static_cast<Index>(hollow.x.steps(i).size()); k += 2) hollow.x.steps(i)[k] = NAN;
  EXPECT_EQ(error_of([&] { fit(hollow, small()); }), "waves: the channel noise has no value in any training sequence");
  ClassifyOptions o = small();
  o.validation = 0.6;
  EXPECT_THROW(fit(waves(), o), ValueError);
}

TEST(Classifier, ALabelOfTheTestPartAloneCountsAsWrong) {
  const auto trained = fit(waves(), small());
  LabelledSequences test = waves(9, 3);
  test.labels[0] = "new";
  Context context(1);
  const auto evaluation = evaluate_classifier(context, trained.model, test);
  EXPECT_EQ(evaluation.methods[0].confusion.unknown(), 1);
  ASSERT_EQ(evaluation.notes.size(), 1u);
  EXPECT_NE(evaluation.notes[0].find("'new' did not occur in training"), std::string::npos);
  test.labels[1] = "";
  EXPECT_THROW(evaluate_classifier(context, trained.model, test), ValueError);
  LabelledSequences narrow{"narrow", {"x"}, Sequences<float>(1), {}, {}, {}};
  narrow.add("a", "", std::vector<float>{1});
  EXPECT_EQ(error_of([&] { classify(context, trained.model, narrow); }),
            "narrow: expected 2 channels as in training, found 1");
}

TEST(Classifier, AModelOfAnotherTaskIsRefused) {
  const std::string path = (fs::temp_directory_path() / concat("other", ::getpid(), ".safetensors")).string();
  write_model(path, {"forecast", nlohmann::json::object(), {{"w", Tensor<float>({1})}}});
  EXPECT_NE(error_of([&] { load_classifier(path); }).find("task classify, found forecast"), std::string::npos);
  fs::remove(path);
}

TEST(Classifier, CrossValidationScoresEverySequenceOnce) {
  Context context(1);
  ClassifyOptions o = small();
  const auto evaluation = cross_validate(context, waves(), {}, o, {4});
  ASSERT_TRUE(evaluation);
  EXPECT_EQ(evaluation->fold_accuracy.size(), 4u);
  for (const auto& method : evaluation->methods) EXPECT_EQ(method.confusion.total(), 60);
  ConfusionMatrix apart({"fast", "slow"});  // one fold at a time
  for (Index fold = 0; fold < 4; ++fold)
    apart.add(cross_validate(context, waves(), {}, o, {4, fold})->methods[0].confusion);
  EXPECT_EQ(apart.accuracy(), evaluation->methods[0].confusion.accuracy());
  const auto trained = fit(waves(), o);
  const std::string page = classify_report(trained.model, *evaluation);
  EXPECT_NE(page.find("Which class was taken for which"), std::string::npos);
  EXPECT_NE(page.find("recurra classify train waves"), std::string::npos);
}

TEST(ClassifyBaselines, NaiveBayesReadsPlacesAndNearestFindsItself) {
  const Alphabet dna = Alphabet::parse("dna");
  LabelledSequences set{"dna", {"A", "C", "G", "T"}, Sequences<float>(4), {}, {}, {}};
  Index unknown = 0;
  for (const auto& [text, label] : std::vector<std::pair<const char*, const char*>>{
           {"ACGT", "a"}, {"AGGT", "a"}, {"ATTT", "a"}, {"CACG", "c"}, {"CGCA", "c"}, {"CTCN", "c"}})
    set.add(text, label, dna.encode(text, unknown));
  Context context(2);
  const auto guesses = baseline_guesses(context, set, set, {"a", "c"}, InputKind::symbols);
  ASSERT_EQ(guesses.size(), 3u);
  const std::vector<Index> right = {0, 0, 0, 1, 1, 1};
  EXPECT_EQ(guesses[1].name, "1-NN");
  EXPECT_EQ(guesses[1].classes, right);
  EXPECT_EQ(guesses[2].name, "naive Bayes");
  EXPECT_EQ(guesses[2].classes, right);
}

TEST(ClassifyBaselines, ASequenceOfUnknownLettersIsNobodysNeighbour) {
  const Alphabet dna = Alphabet::parse("dna");
  LabelledSequences train{"train", {"A", "C", "G", "T"}, Sequences<float>(4), {}, {}, {}}, test = train;
  Index unknown = 0;
  train.add("unknown", "a", dna.encode("NNNNNNNN", unknown));
  train.add("near", "c", dna.encode("ACGTAAAA", unknown));
  test.add("asked", "c", dna.encode("ACGTCCCC", unknown));
  Context context(1);
  EXPECT_EQ(baseline_guesses(context, train, test, {"a", "c"}, InputKind::symbols)[1].classes, std::vector<Index>{1});
}

TEST(Classifier, AnEnsembleIsTheMeanOfItsParts) {
  ClassifyOptions o = small();
  o.validation = 0;
  o.ensemble = 3;
  o.seed = 5;
  const auto together = fit(waves(), o);
  EXPECT_EQ(together.model.net->count(), 3);
  const LabelledSequences asked = waves(20, 3);
  std::vector<float> sum(40);
  o.ensemble = 1;
  for (Index k = 0; k < 3; ++k) {
    const auto part = fit(waves(), o);
    const auto alone = part.model.net->net(0).state(), inside = together.model.net->net(k).state();
    for (std::size_t i = 0; i < alone.size(); ++i)
      EXPECT_EQ(alone[i].second.values(), inside[i].second.values()) << k << alone[i].first;
    const auto p = probabilities(part.model, asked);
    for (std::size_t i = 0; i < p.size(); ++i) sum[i] += p[i];
    ++o.seed;
  }
  for (float& p : sum) p /= 3;
  EXPECT_EQ(probabilities(together.model, asked), sum);
  const Folder folder;
  const std::string path = (folder.path / "three.safetensors").string();
  save_classifier(path, together.model);
  const ClassifierModel loaded = load_classifier(path);
  EXPECT_EQ(probabilities(loaded, asked), sum);
  EXPECT_NE(training_command(loaded, "m").find(" --ensemble 3"), std::string::npos);
  Context context(1);
  EXPECT_EQ(evaluate_classifier(context, loaded, waves(20, 3)).methods[0].name, "3 x gru");
}

/// Asks for a stop after so many batches.
TEST(Classifier, AnEnsembleThatWasStoppedGoesOnWithTheSameBits) {
  const Folder folder;
  ClassifyOptions o = small();
  o.ensemble = 3;
  o.train.batch_size = 20;  // three batches an epoch, nine for a net
  const auto whole = fit(waves(), o);
  o.train.checkpoint = (folder.path / "state").string();
  Context context(1);
  for (const int batches : {4, 9, 13, 25}) {
    StopAfter stop(batches);
    EXPECT_EQ(train_classifier(context, waves(), {}, o, &stop).reason, StopReason::interrupted) << batches;
    const auto resumed = train_classifier(context, waves(), {}, o, nullptr, o.train.checkpoint);
    EXPECT_EQ(probabilities(resumed.model, waves(9, 3)), probabilities(whole.model, waves(9, 3))) << batches;
  }
  o.train.epochs = 4;  // the nets that are finished had three
  EXPECT_NE(error_of([&] {
              train_classifier(context, waves(), {}, o, nullptr, o.train.checkpoint);
            }).find("epochs of each net 3 -> 4"),
            std::string::npos);
  o.train.epochs = 3;
  o.ensemble = 2;
  EXPECT_NE(error_of([&] {
              train_classifier(context, waves(), {}, o, nullptr, o.train.checkpoint);
            }).find("belongs to a run with other settings"),
            std::string::npos);
}

TEST(Classifier, AnEnsembleBeginsWithTheNetsOfAnother) {
  const Folder folder;
  ClassifyOptions o = small();
  o.ensemble = 2;
  const auto first = fit(waves(), o);
  o.train.from = (folder.path / "first.safetensors").string();
  save_classifier(o.train.from, first.model);
  o.ensemble = kByData;
  o.train.epochs = 0;
  const auto second = fit(waves(), o);
  EXPECT_EQ(second.model.net->count(), 2);
  EXPECT_EQ(probabilities(second.model, waves(20, 3)), probabilities(first.model, waves(20, 3)));
}

TEST(Classifier, DefaultsAreChosenByTheData) {
  const auto chosen = [](Index count, Index length, Index classes) {
    LabelledSequences set{"set", {"x"}, Sequences<float>(1), {}, {}, {}};
    std::vector<float> steps(static_cast<std::size_t>(length));
    for (Index i = 0; i < count; ++i) {
      steps[0] = static_cast<float>(i);
      set.add(concat(i), concat("class", i % classes), steps);
    }
    std::string note;
    const ClassifyOptions o = chosen_by_data(ClassifyOptions(), set, note);
    EXPECT_NE(note.find(concat("chosen for ", count, " sequences of ", length, " steps: batch ")), std::string::npos);
    return o;
  };
  const auto updates = [](const ClassifyOptions& o, Index items) {
    return o.train.epochs * ((items + o.train.batch_size - 1) / o.train.batch_size);
  };
  const ClassifyOptions small = chosen(36, 251, 3);
  EXPECT_EQ(small.train.batch_size, 6);
  EXPECT_EQ(small.validation, 0);
  EXPECT_EQ(small.init.chrono_steps, 100);
  EXPECT_EQ(small.ensemble, 5);
  EXPECT_GE(updates(small, 36), 1000);
  EXPECT_GE(updates(chosen(3, 10, 2), 3), 1000);
  const ClassifyOptions large = chosen(4000, 500, 4);
  EXPECT_EQ(large.train.batch_size, 32);
  EXPECT_EQ(large.validation, 0.2);
  EXPECT_EQ(large.ensemble, 1);
  EXPECT_GE(updates(large, 3200), 1000);
  EXPECT_LE(large.train.epochs * 3200 * 500, 100'000'000);
  EXPECT_GE(large.train.patience * 100, 1000);
  const ClassifyOptions long_ones = chosen(400, 20'000, 40);
  EXPECT_EQ(long_ones.train.batch_size, 6);
  EXPECT_LT(updates(long_ones, 400), 1100);
  EXPECT_EQ(long_ones.validation, 0);  // ten of a class: each is wanted
  EXPECT_EQ(chosen(300, 12, 2).init.chrono_steps, 12);
  LabelledSequences equal{"equal", {"x"}, Sequences<float>(1), {}, {}, {}};
  for (Index i = 0; i < 200; ++i) equal.add(concat(i), concat("class", i % 2), std::vector<float>{1, 2});
  std::string ignored;
  EXPECT_EQ(chosen_by_data(ClassifyOptions(), equal, ignored).validation,
            0);  // they stand on one side, so none is left
  ClassifyOptions given;
  given.train.epochs = 7;
  given.init.forget_bias = 1;
  std::string note;
  LabelledSequences one{"one", {"x"}, Sequences<float>(1), {}, {}, {}};
  one.add("a", "b", std::vector<float>{1, 2});
  const ClassifyOptions kept = chosen_by_data(given, one, note);
  EXPECT_EQ(kept.train.epochs, 7);
  EXPECT_EQ(kept.init.chrono_steps, 0);
}

TEST(Classifier, TheDefaultsLearnFromFortySequences) {
  int learned = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    ClassifyOptions o;
    o.ensemble = 1;
    o.seed = seed;
    const auto trained = fit(waves(40), o);
    Context context(1);
    learned += evaluate_classifier(context, trained.model, waves(90, 7)).methods[0].confusion.accuracy() > 0.9;
  }
  EXPECT_GE(learned, 4);
}

TEST(LabelledInput, ReadsJsonLinesFoldersAndTables) {
  const Folder folder;
  InputEncoding encoding;
  const auto lines = read_labelled(
      folder.write("x.jsonl", "{\"id\": 7, \"label\": \"a\", \"values\": [[1, 2], [null, 4]]}\n\n{\"values\": []}\n"),
      {}, encoding);
  EXPECT_EQ(lines.ids, (std::vector<std::string>{"7", "2"}));
  EXPECT_EQ(lines.x.lengths(), (std::vector<Index>{2, 0}));
  folder.write("set/up/b.csv", "x,y\n1,2\n3,4\n");
  folder.write("set/down/a.csv", "x,y\n5,6\n");
  const auto files = read_labelled((folder.path / "set").string(), {}, encoding);
  EXPECT_EQ(files.labels, (std::vector<std::string>{"down", "up"}));
  EXPECT_EQ(files.channels, (std::vector<std::string>{"x", "y"}));
  encoding.columns = {.label = "column1", .symbols = "column2"};
  encoding.alphabet = Alphabet::parse("dna");
  EXPECT_EQ(read_labelled(folder.write("dna.csv", "N,ACGT\nEI,AC\n"), {.header = CsvOptions::Header::no}, encoding)
                .x.lengths(),
            (std::vector<Index>{4, 2}));
  EXPECT_EQ(encoding.kind, InputKind::symbols);
  EXPECT_EQ(to_json(input_encoding_from(JsonReader(to_json(encoding), "x"))), to_json(encoding));
}

TEST(LabelledInput, FindsChannelsByTheirNames) {
  const Folder folder;
  const auto csv = [&](const std::string& text, InputEncoding encoding, bool labelled = false) {
    return read_labelled(folder.write("t.csv", text), {}, encoding, labelled);
  };
  InputEncoding encoding;
  encoding.columns = {.id = "id", .label = "kind"};
  read_labelled(folder.write("train.csv", "id,heat,flow,kind\na,1,2,on\nb,3,4,off\n"), {}, encoding);
  EXPECT_EQ(encoding.channels, (std::vector<std::string>{"heat", "flow"}));
  const auto swapped = csv("flow,id,heat\n2,a,1\n", encoding);
  EXPECT_EQ(swapped.channels, encoding.channels);
  EXPECT_EQ(std::vector<float>(swapped.x.steps(0).begin(), swapped.x.steps(0).end()), (std::vector<float>{1, 2}));
  EXPECT_TRUE(swapped.warnings.empty());
  const auto wide = csv("id,note,heat,flow\na,text,1,2\n", encoding);
  EXPECT_EQ(wide.warnings.size(), 1u);
  EXPECT_NE(wide.warnings[0].find("ignored a column that is no channel of the model: 'note'"), std::string::npos);
  EXPECT_NE(error_of([&] {
              csv("id,heat,flows\na,1,2\n", encoding);
            }).find("no column 'flow'; its columns are 'id', 'heat', 'flows'; did you mean 'flows'?"),
            std::string::npos);
  folder.write("set/a.csv", "flow,heat,more\n2,1,x\n");  // one file for each sequence
  const auto files = read_labelled((folder.path / "set").string(), {}, encoding);
  EXPECT_EQ(files.x.values(), (std::vector<float>{1, 2}));
  EXPECT_NE(files.warnings.at(0).find("'more'"), std::string::npos);
  const auto lines = read_labelled(folder.write("x.jsonl", "{\"values\": [[1, 2]]}\n"), {}, encoding);
  EXPECT_NE(lines.warnings.at(0).find("have no names and are taken in the order 'heat', 'flow'"), std::string::npos);
}

TEST(Classifier, TheModelKeepsTheNamesOfItsChannels) {
  const auto trained = fit(waves(), small());
  EXPECT_EQ(trained.model.encoding.channels, (std::vector<std::string>{"x", "noise"}));
  const Folder folder;
  const std::string path = (folder.path / "named.safetensors").string();
  save_classifier(path, trained.model);
  EXPECT_EQ(load_classifier(path).encoding.channels, (std::vector<std::string>{"x", "noise"}));
}

TEST(Classifier, AnIdTakenForTheLabelIsToldOrRefused) {
  LabelledSequences set{"ids", {"x"}, Sequences<float>(1), {}, {}, {}};
  for (int i = 0; i < 40; ++i) set.add(concat(i), concat("row", i), std::vector<float>{static_cast<float>(i)});
  ClassifyOptions o = small();
  o.validation = 0;
  const auto notes = fit(set, o).notes;
  EXPECT_NE(std::find(notes.begin(), notes.end(), "ids: 40 classes for 40 sequences; is --label right?"), notes.end());
  for (int i = 40; i < 1200; ++i) set.add(concat(i), concat("row", i), std::vector<float>{static_cast<float>(i)});
  EXPECT_EQ(error_of([&] { fit(set, o); }),
            "ids: 1200 classes for 1200 sequences; the labels look like ids: is --label the right column?");
}

TEST(LabelledInput, RefusesWithThePlace) {
  const Folder folder;
  const auto error = [&](const std::string& name, const std::string& text) {
    const std::string path = folder.write(name, text);
    InputEncoding encoding;
    const std::string message = error_of([&] { read_labelled(path, {}, encoding); });
    return message.substr(std::min(message.size(), folder.path.string().size() + 1));
  };
  EXPECT_EQ(error("a.jsonl", "{\"values\": [[1, 2], [3]]}\n"),
            "a.jsonl line 1: step 2 of \"values\" does not have 2 numbers like the first");
  EXPECT_EQ(error("b.jsonl", "{\"values\": [1]}\n{\"values\": [[1, 2]]}\n"),
            "b.jsonl line 2: expected 1 channels as in the first sequence, found 2");
  EXPECT_EQ(error("c.jsonl", "{\"label\": \"a\"}\n"), "c.jsonl line 1: expected a key \"values\" or \"symbols\"");
  EXPECT_EQ(error("d.jsonl", "\n"), "d.jsonl: there is no sequence");
  EXPECT_EQ(error("e.jsonl", "{\"symbols\": \"ACG\"}\n"),
            "e.jsonl line 1: symbols need an alphabet: --alphabet dna, rna, protein or the letters");
  EXPECT_NE(error("f.csv", "id,x\na,1\n").find("a table needs --id"), std::string::npos);
  InputEncoding encoding;
  EXPECT_THROW(read_labelled((folder.path / "missing.ts").string(), {}, encoding), IoError);
  folder.write("mixed/a/1.csv", "x\n1\n");
  folder.write("mixed/b/2.txt", "ACG");
  encoding.alphabet = Alphabet::parse("dna");
  EXPECT_NE(error_of([&] {
              read_labelled((folder.path / "mixed").string(), {}, encoding);
            }).find("expected numbers as before, found symbols"),
            std::string::npos);
}

}  // namespace
}  // namespace recurra
