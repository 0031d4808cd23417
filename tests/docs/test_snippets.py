# SPDX-License-Identifier: Apache-2.0
# Every block of C++ or C in the pages on embedding stands in a program of examples/, which is compiled: what a page shows works. Usage: test_snippets.py
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ["docs/how-to/embed-in-cpp.md", "docs/how-to/stream.md", "docs/reference/series-sets.md"]
PROGRAMS = [*ROOT.glob("examples/*.cc"), *ROOT.glob("examples/*.c")]


def bare(text):
    """Without comments and white space, which a formatter may change."""
    return re.sub(r"\s+", "", re.sub(r"(^|\s)//.*$", "", text, flags=re.M))


def parts_of(block):
    """What must stand in one piece: each include, and the code between empty lines."""
    includes = re.findall(r"^#include.*$", block, re.M)
    code = re.sub(r"^#include.*$", "", block, flags=re.M)
    return [bare(part) for part in [*includes, *re.split(r"\n(?:\.\.\.)?\n|^\.\.\.$", code, flags=re.M)] if bare(part)]


class Snippets(unittest.TestCase):
    def test_every_block_is_compiled_somewhere(self):
        programs = {path.name: bare(path.read_text()) for path in PROGRAMS}
        count = 0
        for page in PAGES:
            for block in re.findall(r"^```(?:cpp|c)\n(.*?)^```", (ROOT / page).read_text(), re.M | re.S):
                count += 1
                with self.subTest(page=page, block=block):
                    self.assertTrue(any(all(part in program for part in parts_of(block)) for program in programs.values()),
                                    f"no program of examples/ has all of:\n{block}")
        self.assertGreater(count, 5)


if __name__ == "__main__":
    unittest.main()
