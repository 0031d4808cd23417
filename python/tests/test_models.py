# SPDX-License-Identifier: Apache-2.0
"""Models that the command trained: the same forecast from Python, to the bit."""
import json
import math
import subprocess

import numpy as np
import pytest
import recurra

from conftest import ROOT, Frame

ROWS = 200
TRAIN = ["--horizon", "4", "--lookback", "12", "--season", "6", "--hidden", "8", "--epochs", "2", "--quiet"]


def write_csv(path, stamps):
    values = [10 + math.sin(t * math.pi / 3) + 0.1 * math.sin(t * 1.7) for t in range(ROWS)]
    lines = ["time,x,aid" if stamps else "x,aid"]
    for t, value in enumerate(values):
        stamp = f"2024-01-{1 + t // 24:02d} {t % 24:02d}:00," if stamps else ""
        lines.append(f"{stamp}{value:.4f},{t % 5}")
    path.write_text("\n".join(lines) + "\n")
    return {"x": np.round(values, 4), "aid": np.array([t % 5 for t in range(ROWS)], float)}


def run(command, *arguments):
    return subprocess.run([command, *map(str, arguments)], capture_output=True, text=True, check=True, timeout=120).stdout


@pytest.mark.parametrize("stamps, more", [(True, ["--target", "x"]), (False, ["--target", "x", "--features", "aid", "--difference", "first"]),
                                          (False, ["--target", "x,aid", "--strategy", "decoder"])])
def test_predict_has_the_bits_of_the_command(command, tmp_path, stamps, more):
    data, path = tmp_path / "x.csv", tmp_path / "m.safetensors"
    columns = write_csv(data, stamps)
    run(command, "forecast", "train", data, *TRAIN, *more, "--out", path)
    expected = json.loads(run(command, "forecast", "predict", path, data, "--json"))
    model = recurra.load_model(path)
    assert model.targets == more[1].split(",")
    assert (model.lookback, model.horizon) == (12, 4)
    forecast = model.predict(data)
    assert {name: values.tolist() for name, values in forecast.values.items()} == expected["forecast"]
    told = {name: [(i["level"], i["lower"], i["upper"]) for i in intervals] for name, intervals in expected["intervals"].items()}
    found = {name: [(level, low.tolist(), high.tolist()) for level, (low, high) in own.items()] for name, own in forecast.intervals.items()}
    assert found == told
    assert list(model.predict(data, levels=[50]).intervals["x"]) == [50]
    assert forecast.stamps == expected["time"]
    assert len(forecast.stamps) == (4 if stamps else 0)
    assert model.predict(str(data)).values["x"].tolist() == forecast.values["x"].tolist()
    paths = json.loads(run(command, "forecast", "predict", path, data, "--samples", "5", "--json"))["samples"]
    assert {name: values.tolist() for name, values in model.sample(data, 5).items()} == paths
    assert np.array(paths["x"]).shape == (5, 4)
    if stamps:
        return
    again = model.predict({name: columns[name] for name in model.targets + model.features})
    assert {name: values.tolist() for name, values in again.values.items()} == expected["forecast"]
    assert again.stamps == []
    drawn = model.sample({name: columns[name] for name in model.targets + model.features}, count=5)
    assert drawn["x"].tolist() == paths["x"]
    with pytest.raises(ValueError, match="expected 1 to"):
        model.sample(data, 0)


@pytest.fixture(scope="module")
def trained(command, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    write_csv(folder / "x.csv", False)
    run(command, "forecast", "train", folder / "x.csv", *TRAIN, "--target", "x", "--out", folder / "m.safetensors")
    return folder


def test_its_parts_outlive_the_model(trained):
    model = recurra.load_model(trained / "m.safetensors")
    recurrent, net = model.recurrent, model.net
    del model
    state, _ = recurra.read_safetensors(trained / "m.safetensors")
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value, state[name])
    stepper = recurra.Stepper(recurrent)
    x = recurra.Random(3).normal(0, 1, (5, 1, stepper.input_size))
    y = recurrent(recurra.Tape(record=False, training=False), x).y.value
    for t in range(5):
        assert stepper.step(x[t]).tobytes() == y[t].tobytes()


def test_bad_series(trained):
    model = recurra.load_model(trained / "m.safetensors")
    with pytest.raises(ValueError, match="lookback|12|short"):
        model.predict({"x": np.zeros(5)})
    with pytest.raises(ValueError, match="'x'|no column"):
        model.predict({"y": np.zeros(50)})
    with pytest.raises(recurra.ShapeError, match="has 50 rows, 'x' has 40|has 40 rows, 'a' has 50"):
        model.predict({"x": np.zeros(40), "a": np.zeros(50)})
    with pytest.raises(OSError, match="nothing.csv"):
        model.predict(trained / "nothing.csv")
    (trained / "empty.csv").write_text("")
    with pytest.raises(recurra.FormatError, match="empty.csv"):
        model.predict(trained / "empty.csv")


DATA = ROOT / "tests" / "golden" / "v1"
SMALL = {"hidden": 4, "epochs": 2, "seed": 3}
TASKS = {  # data, options, verbs of the command that predict and score
    "forecast": ("series.csv", {"target": ["load", "sun"], "horizon": 3, "lookback": 6, "season": 6}, "predict", "backtest"),
    "classify": ("waves.ts", {"ensemble": 2}, "predict", "evaluate"),
    "tag": ("words.conll", {"crf": False, "embedding": 4}, "predict", "evaluate"),
    "seq2seq": ("pairs.tsv", {"attention": "none"}, "translate", "evaluate"),
    "lm": ("text.txt", {"chunk": 8, "batch": 4, "split": [0.7, 0.1, 0.2]}, "generate", "evaluate"),
}


@pytest.mark.parametrize("task", TASKS)
def test_every_task_trains_predicts_and_scores_as_the_command(command, tmp_path, task):
    data, options, predicting, scoring = TASKS[task]
    model = recurra.train(task, DATA / data, tmp_path / "m", **SMALL, **options)
    assert model.task == task
    assert model.inspect()["task"] == task

    def told(verb, *more):
        lines = run(command, task, verb, tmp_path / "m", *more, "--json", "--quiet").splitlines()
        return [json.loads(line) for line in lines]

    assert [model.evaluate(DATA / data)] == told(scoring, DATA / data)
    asked = {"forecast": [data], "classify": [data], "tag": [data], "seq2seq": ["sources.txt"], "lm": []}[task]
    expected = told(predicting, *[DATA / name for name in asked], *(["--length", 20] if task == "lm" else []))
    if task == "forecast":
        assert {name: values.tolist() for name, values in model.predict(DATA / data).values.items()} == expected[0]["forecast"]
    elif task == "lm":
        assert [model.predict(length=20)] == expected
    else:
        found = model.predict(DATA / asked[0])
        assert (found if isinstance(found, list) else [found]) == expected
    model.save(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == (tmp_path / "m").read_bytes()


def test_data_in_memory(tmp_path):
    tagger = recurra.train("tag", DATA / "words.conll", tmp_path / "tag", **SMALL)
    sentences = [["the", "dog"], ["a"], ["runs", "sees", "dog"]]
    assert [line["tokens"] for line in tagger.predict(sentences)] == sentences
    translator = recurra.train("seq2seq", DATA / "pairs.tsv", tmp_path / "seq2seq", **SMALL)
    assert [line["source"] for line in translator.predict(["a b", "c"], beam=2)["translations"]] == ["a b", "c"]
    classifier = recurra.train("classify", DATA / "waves.ts", tmp_path / "classify", **SMALL)
    waves = [np.zeros((5, 2), np.float32), np.ones((3, 2), np.float32)]
    probabilities = classifier.predict(waves)
    assert probabilities.shape == (2, len(classifier.classes))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(classifier.predict(waves[1:])[0], probabilities[1])
    with pytest.raises(recurra.ShapeError, match="has 3 channels, the model expects 2"):
        classifier.predict([np.zeros((5, 3), np.float32)])


def test_options_are_checked_by_their_table(tmp_path):
    def train(**options):
        return recurra.train("tag", DATA / "words.conll", tmp_path / "m", **options)

    with pytest.raises(ValueError, match="no option 'hiden'; did you mean 'hidden'"):
        train(hiden=3)
    with pytest.raises(ValueError, match="hidden: expected 1 to 65536, found 0"):
        train(hidden=0)
    with pytest.raises(ValueError, match="cell: expected one of .*, found 'lsmt'; did you mean 'lstm'"):
        train(cell="lsmt")
    with pytest.raises(ValueError, match="hidden: expected a whole number, found '2.5'"):
        train(hidden=2.5)
    with pytest.raises(ValueError, match="expected one of forecast, .*, found 'translate'"):
        recurra.train("translate", "x", tmp_path / "m")
    with pytest.raises(OSError, match="nothing.conll"):
        recurra.train("tag", "nothing.conll", tmp_path / "m")
    assert not (tmp_path / "m").exists()


def test_notes_go_to_the_logger(tmp_path, caplog):
    with caplog.at_level("INFO", logger="recurra"):
        recurra.train("tag", DATA / "words.conll", tmp_path / "m", hidden=2, epochs=1)
    assert any("chosen for 16 sentences" in record.getMessage() for record in caplog.records)


def test_a_strange_task_is_refused(tmp_path):
    recurra.write_safetensors(tmp_path / "m", {"w": np.zeros(1, np.float32)},
                              {"recurra": json.dumps({"format": 2, "kind": "model", "task": "paint"})})
    with pytest.raises(recurra.UnsupportedError, match="a model of task paint, which this program does not know"):
        recurra.load_model(tmp_path / "m")


def test_a_set_of_series_from_a_frame(tmp_path):
    rows = [(s, t, int(t % 5 == 0), 10**s * (3 + t % 7 + (t % 5 == 0))) for s in range(2) for t in range(87)]
    lines = [f"s{s},{t},{promo},{sold if t < 80 else ''}" for s, t, promo, sold in rows]
    frame = Frame("\n".join(["shop,day,promo,sold", *lines]) + "\n")
    options = {"id": "shop", "target": "sold", "known": "promo", "horizon": 7, "lookback": 14, "season": 7, "difference": "none", "hidden": 4, "epochs": 2}
    model = recurra.train("forecast", frame, tmp_path / "m.safetensors", **options)
    found = model.predict_set(frame)
    assert list(found) == ["s0", "s1"]
    assert len(found["s1"]["forecast"]["sold"]) == 7
    assert model.known == ["promo"]
    assert model.evaluate(frame)["series"] == 2
    (tmp_path / "x.csv").write_text(frame.text)
    assert model.predict_set(tmp_path / "x.csv") == found
    with pytest.raises(ValueError, match="give it a set"):
        model.predict(tmp_path / "x.csv")
