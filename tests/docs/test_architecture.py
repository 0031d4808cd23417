# SPDX-License-Identifier: Apache-2.0
# Each place that docs/architecture.md names is there: the file, and the name in it. Usage: test_architecture.py
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Walks(unittest.TestCase):
    def test_every_step_of_a_walk_is_there(self):
        page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
        steps = re.findall(r"^\| `([^`]+)`: `([^`]+)` \|", page, re.M)
        self.assertGreater(len(steps), 25)
        for path, name in steps:
            with self.subTest(path=path, name=name):
                self.assertTrue(re.search(rf"\b{re.escape(name)}\b", (ROOT / path).read_text(encoding="utf-8")), f"{path} has no {name}")

    def test_the_picture_shows_the_folders(self):
        picture = (ROOT / "docs" / "images" / "architecture.svg").read_text(encoding="utf-8")
        for folder in (path.name for path in (ROOT / "recurra").iterdir() if path.is_dir()):
            self.assertRegex(picture, rf"\b{folder}\b")


if __name__ == "__main__":
    unittest.main()
