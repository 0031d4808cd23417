# SPDX-License-Identifier: Apache-2.0
# Files of earlier versions are read for ever: each model of tests/golden gives the answers it gave when it was made, and each
# checkpoint goes on to the model that its run ended with. tools/make_fixtures/golden_models.py made them.
# Usage: test_golden.py RECURRA
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SETS = sorted((pathlib.Path(__file__).parents[1] / "golden").glob("*/cases.json"))
sys.path.append(str(pathlib.Path(__file__).parents[2] / "tools" / "make_fixtures"))
import golden_models  # noqa: E402

# Another instruction set rounds otherwise, and an epoch of training carries that on.
LOADED, RESUMED = 1e-4, 1e-2


class Golden(unittest.TestCase):
    def run_command(self, folder, *arguments):
        result = subprocess.run([RECURRA, *map(str, arguments)], cwd=folder, capture_output=True, text=True, check=False, timeout=300)
        self.assertEqual(result.returncode, 0, f"{arguments}: {result.stderr}")
        return result.stdout

    def assert_holds(self, found, stored, tolerance, where=""):
        """All that was stored is still there, and near; there may be more."""
        if isinstance(stored, dict):
            self.assertIsInstance(found, dict, where)
            for key, value in stored.items():
                self.assertIn(key, found, where)
                self.assert_holds(found[key], value, tolerance, f"{where}.{key}")
        elif isinstance(stored, list):
            self.assertEqual(len(found), len(stored), where)
            for i, (one, other) in enumerate(zip(found, stored)):
                self.assert_holds(one, other, tolerance, f"{where}[{i}]")
        elif isinstance(stored, float) and isinstance(found, float):
            self.assertTrue(math.isclose(found, stored, rel_tol=tolerance, abs_tol=tolerance), f"{where}: stored {stored}, found {found}")
        else:
            self.assertEqual(found, stored, where)

    def assert_answers(self, folder, case, model, tolerance):
        stored = json.loads((folder / (case["name"] + ".json")).read_text())
        for ask, expected in zip(case["ask"], stored, strict=True):
            arguments = [str(model) if word == "MODEL" else word for word in ask.split()]
            lines = self.run_command(folder, *arguments, "--json", "--threads", 1, "--quiet").splitlines()
            self.assert_holds([golden_models.own(json.loads(line)) for line in lines], expected, tolerance)

    def each_case(self):
        for cases in SETS:
            for case in json.loads(cases.read_text()):
                with self.subTest(set=cases.parent.name, case=case["name"]):
                    yield cases.parent, case

    def test_every_model_answers_as_it_did(self):
        self.assertGreater(len(SETS), 0)
        for folder, case in self.each_case():
            self.assert_answers(folder, case, case["name"] + ".model", LOADED)
            told = json.loads(self.run_command(folder, "inspect", case["name"] + ".model", "--json"))
            self.assertEqual(told["task"], case["train"].split()[0])

    def test_every_checkpoint_goes_on(self):
        with tempfile.TemporaryDirectory() as scratch:
            model = pathlib.Path(scratch) / "model"
            for folder, case in self.each_case():
                training = case["train"].split() + golden_models.TRAINING.split()
                if training[0] == "forecast" and folder.name == "v1":
                    training.append("--no-refit")  # the stored answers are those of the tested net
                resume = ["--resume", case["name"] + ".checkpoint", "--checkpoint", pathlib.Path(scratch) / "checkpoint"]
                told = json.loads(self.run_command(folder, *training, *resume, "--out", model))
                self.assertEqual([record["epoch"] for record in told["history"]], list(range(13)))
                self.assert_answers(folder, case, model, RESUMED)


if __name__ == "__main__":
    RECURRA = os.path.abspath(sys.argv.pop(1))
    unittest.main()
