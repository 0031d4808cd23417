#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`recurra lm` as a user meets it: python3 test_lm.py PATH_TO_RECURRA."""
import json
import math
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import unittest

RECURRA = ""
SMALL = ["--hidden", "24", "--embedding", "8", "--batch", "8", "--chunk", "16", "--lr", "0.01", "--epochs", "3"]


def sentences(count=200):
    draw = random.Random(1)
    who, what = ["the cat", "a dog", "my owl"], ["sees", "likes", "hears"]
    return "".join(f'{draw.choice(who)} {draw.choice(what)} "{draw.choice(who)}".\n' for _ in range(count))


def rolls(count=20):
    ladder = lambda start: [[60 + (start + t) % 5] for t in range(9)]
    return "".join(json.dumps({"frames": ladder(i % 5)}) + "\n" for i in range(count))


class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "play.txt").write_text(sentences())

    def run_command(self, *arguments, text=None, status=0):
        result = subprocess.run([RECURRA, *map(str, arguments)], cwd=self.folder, input=text, capture_output=True, check=False, timeout=300)
        self.assertEqual(result.returncode, status, result.stderr)
        return result.stdout.decode("utf-8", "replace"), result.stderr.decode("utf-8", "replace")

    def fails(self, status, *arguments, says, text=None):
        out, errors = self.run_command(*arguments, text=text, status=status)
        self.assertRegex(errors + (out if status == 2 else ""), says)
        self.assertEqual(out if status == 1 else "", "")

    def train(self, *more, data="play.txt"):
        return self.run_command("lm", "train", data, *SMALL, "--out", "m.safetensors", *more)


class Text(Command):
    def test_train_evaluate_generate_inspect(self):
        out, errors = self.train("--report", "r.html")
        self.assertRegex(out, r"trained on \d+ chunks of the streams")
        self.assertRegex(errors, r"epoch +1 ")
        report = (self.folder / "r.html").read_text()
        self.assertIn("unigram", report)
        self.assertIn("What it writes", report)

        result = json.loads(self.run_command("lm", "evaluate", "m.safetensors", "play.txt", "--json")[0])
        self.assertEqual(result["tokens"], len(sentences()) - round(0.9 * len(sentences())))
        net = result["methods"][0]
        self.assertAlmostEqual(net["bits_per_character"], net["nats"] / math.log(2), places=6)
        self.assertAlmostEqual(net["perplexity"], math.exp(net["nats"]), places=6)
        self.assertRegex(result["methods"][1]["method"], r"\d-gram")
        text, _ = self.run_command("lm", "evaluate", "m.safetensors", "play.txt")
        self.assertRegex(text, r"nats per character.*perplexity.*bits per character")

        written, _ = self.run_command("lm", "generate", "m.safetensors", "--prompt", "the cat", "--length", "50", "--seed", "3")
        self.assertTrue(written.startswith("the cat"))
        self.assertEqual(len(written), len("the cat") + 50 + 1)
        again = json.loads(self.run_command("lm", "generate", "m.safetensors", "--prompt", "the cat", "--length", "50", "--seed", "3", "--json")[0])
        self.assertEqual("the cat" + again["text"] + "\n", written)
        greedy = [self.run_command("lm", "generate", "m.safetensors", "--temperature", "0", "--length", "40", "--seed", s)[0] for s in (1, 2)]
        self.assertEqual(greedy[0], greedy[1])
        self.assertEqual(self.run_command("lm", "generate", "m.safetensors", "--top-k", "1", "--length", "40")[0], greedy[0])

        inspected, _ = self.run_command("inspect", "m.safetensors", "play.txt", "--report", "units.html")
        self.assertRegex(inspected, r"inside quotes +layer 1, unit \d+ \(-?0\.\d+\)")
        self.assertIn("rgba(", (self.folder / "units.html").read_text())
        described = json.loads(self.run_command("inspect", "m.safetensors", "--json")[0])
        self.assertEqual(described["task"], "lm")

    def test_words_tied_and_documents(self):
        (self.folder / "notes.txt").write_text("".join(sentences(8) + "--\n" for _ in range(30)))
        _, errors = self.train("--tokens", "word", "--tied", "--chunk", "4", "--document-line", "--", "--min-count", "2", data="notes.txt")
        self.assertIn("% of the steps of the padded batches are padding, none computed", errors)
        result = json.loads(self.run_command("lm", "evaluate", "m.safetensors", "notes.txt", "--json")[0])
        self.assertEqual(result["unit"], "word")
        written, _ = self.run_command("lm", "generate", "m.safetensors", "--length", "400")
        self.assertNotIn("--", written)

    def test_standard_input(self):
        self.run_command("lm", "train", "-", *SMALL, "--out", "m.safetensors", text=sentences().encode())
        piped, _ = self.run_command("lm", "evaluate", "m.safetensors", "-", text=sentences().encode())
        self.assertEqual(piped, self.run_command("lm", "evaluate", "m.safetensors", "play.txt")[0])

    def test_same_seed_same_model_for_any_threads(self):
        data = set()
        for threads in (1, 2, 3):
            self.train("--threads", threads)
            model = (self.folder / "m.safetensors").read_bytes()
            data.add(model[8 + int.from_bytes(model[:8], "little"):])
        self.assertEqual(len(data), 1)

    def test_interrupt_and_resume_give_the_same_weights(self):
        weights = lambda: (lambda b: b[8 + int.from_bytes(b[:8], "little"):])((self.folder / "m.safetensors").read_bytes())
        long = ["--epochs", "20", "--patience", "0", "--hidden", "48"]
        self.train(*long)
        expected = weights()
        (self.folder / "m.safetensors").unlink()
        process = subprocess.Popen([RECURRA, "lm", "train", "play.txt", *SMALL, "--out", "m.safetensors", *long], cwd=self.folder,
                                   stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for line in process.stderr:
            if line.startswith("epoch"):
                break
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        self.assertFalse((self.folder / "m.safetensors").exists())
        self.train(*long, "--resume", "m.safetensors.checkpoint")
        self.assertEqual(weights(), expected)

    def test_other_text(self):
        self.train()
        _, errors = self.run_command("lm", "evaluate", "m.safetensors", "-", "--whole", text=b"the cat sees XYZ.\n")
        self.assertIn("3 of 18 tokens are not in the vocabulary", errors)
        written, errors = self.run_command("lm", "generate", "m.safetensors", "--prompt", "the XY", "--length", "5")
        self.assertIn("--prompt: 2 of 6 tokens are not in the vocabulary", errors)
        self.assertTrue(written.startswith("the \ufffd\ufffd"))


class Frames(Command):
    FLAGS = ["--format", "frames", "--lowest", "60", "--labels", "5", "--hidden", "16", "--lr", "0.02", "--epochs", "30", "--batch", "4"]

    def test_train_evaluate_generate(self):
        (self.folder / "rolls.jsonl").write_text(rolls())
        _, errors = self.run_command("lm", "train", "rolls.jsonl", *self.FLAGS, "--out", "m.safetensors", "--report", "r.html")
        self.assertIn("0 % of the steps of the padded batches are padding, none computed", errors)  # all pieces are of one length
        self.assertIn("previous-frame", (self.folder / "r.html").read_text())
        result = json.loads(self.run_command("lm", "evaluate", "m.safetensors", "rolls.jsonl", "--json")[0])
        self.assertEqual([m["method"] for m in result["methods"]], ["lstm", "previous-frame", "marginal"])
        self.assertEqual(result["frames"], 16)
        roll = json.loads(self.run_command("lm", "generate", "m.safetensors", "--prompt", '{"frames": [[60], [61]]}', "--length", "3",
                                           "--temperature", "0")[0])
        self.assertEqual(roll["frames"], [[62], [63], [64]])
        self.assertIn("frames of 5 labels", self.run_command("inspect", "m.safetensors")[0])
        self.fails(1, "inspect", "m.safetensors", "play.txt", says="no text to follow")
        self.fails(2, "lm", "generate", "m.safetensors", "--top-k", "3", says="one by one")

    def test_the_split_is_kept_in_the_model(self):
        (self.folder / "rolls.jsonl").write_text(rolls())
        self.run_command("lm", "train", "rolls.jsonl", *self.FLAGS, "--epochs", "1", "--split", "0.5,0.2,0.3", "--out", "m.safetensors")
        result = json.loads(self.run_command("lm", "evaluate", "m.safetensors", "rolls.jsonl", "--json")[0])
        self.assertEqual(result["pieces"], 6)

    def test_bad_frames(self):
        for text, says in [("", "not JSON"), ("{}", "no piece for training"), ('{"frames": [[60], [65]]}\n', "line 1, frame 2.*found 65")]:
            (self.folder / "bad.jsonl").write_text(text)
            self.fails(1, "lm", "train", "bad.jsonl", *self.FLAGS, says="bad.jsonl.*" + says)


class BadInput(Command):
    def test_wrong_usage_is_2(self):
        for more, says in [(["--chunk", "0"], "chunk: expected 1"), (["--tokens", "syllable"], "tokens"), (["--tied", "--embedding", "0"], "tied"),
                           (["--bidirectional"], "bidirectional"), (["--split", "0.5,0.1,0.1"], "add up to 1"), (["--min-count", "0"], "min-count")]:
            with self.subTest(more=more):
                self.fails(2, "lm", "train", "play.txt", *SMALL, *more, says=says)
        self.fails(2, "lm", "generate", "m.safetensors", "--temperature", "-1", says="temperature: expected at least 0")
        self.fails(2, "lm", "generate", "m.safetensors", "--top-p", "0", says="top-p")

    def test_bad_text_is_1_and_nothing_is_written(self):
        for data, says in [(b"too short", "shorter than one chunk"), (b"", "the text is empty"), (b"ab\xff" * 500, "byte 2 .* is not UTF-8")]:
            with self.subTest(says=says):
                (self.folder / "bad.txt").write_bytes(data)
                self.fails(1, "lm", "train", "bad.txt", *SMALL, says="bad.txt: .*" + says)
        self.fails(1, "lm", "train", "none.txt", *SMALL, says="none.txt.*No such file")
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["bad.txt", "play.txt"])
        (self.folder / "bad.txt").write_bytes(b"ab\xff " * 500)
        _, errors = self.run_command("lm", "train", "bad.txt", *SMALL, "--replace-invalid", "--out", "m.safetensors")
        self.assertIn("500 bytes are not UTF-8", errors)

    def test_models_of_other_tasks(self):
        self.train()
        self.fails(1, "forecast", "predict", "m.safetensors", "play.txt", says="expected a model of task forecast, found lm")
        model = (self.folder / "m.safetensors").read_bytes()
        (self.folder / "other.safetensors").write_bytes(model.replace(b'\\"task\\":\\"lm\\"', b'\\"task\\":\\"xx\\"'))
        self.fails(1, "lm", "generate", "other.safetensors", says="expected a model of task lm, found xx")
        self.fails(1, "inspect", "other.safetensors", says="xx")
        (self.folder / "cut.safetensors").write_bytes(model[:-9])
        self.fails(1, "lm", "evaluate", "cut.safetensors", "play.txt", says="cut.safetensors")


if __name__ == "__main__":
    RECURRA = os.path.abspath(sys.argv.pop(1))
    unittest.main()
