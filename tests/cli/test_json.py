# SPDX-License-Identifier: Apache-2.0
# docs/reference/json.md lists the fields that each verb prints with --json. Here every verb runs, and what it prints has these
# fields and no others, each of a type that is listed.
# Usage: test_json.py RECURRA [--print]      --print: what was found, as rows for the page
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "json.md"
DATA = ROOT / "tests" / "golden" / "v1"
SMALL = "--hidden 4 --epochs 2 --seed 1"

# Section of the page: the commands that together show all of its fields. A model that one command writes, later ones read.
VERBS = {
    "forecast train": [f"forecast train series.csv --target load,sun --features wind --horizon 3 --lookback 6 --season 6 {SMALL} --out forecast.model"],
    "forecast backtest": ["forecast backtest forecast.model series.csv"],
    "forecast backtest, set": ["forecast backtest set.model set.csv --cutoffs 2"],
    "forecast predict": ["forecast predict forecast.model series.csv", "forecast predict rows.model rows.csv",
                         "forecast predict forecast.model series.csv --samples 2"],
    "forecast now": ["forecast now series.csv --target load,sun --horizon 3"],
    "forecast compare": [f"forecast compare series.csv --target load --horizon 3 --lookback 6 --season 6 --seeds 2 {SMALL}"],
    "forecast search": [f"forecast search series.csv --target load --horizon 3 --lookback 6 --season 6 --trials 3 {SMALL} --out search.model"],
    "classify train": [f"classify train waves.ts --test waves.ts {SMALL} --out classify.model"],
    "classify train --folds": [f"classify train waves.ts --folds 2 {SMALL}"],
    "classify evaluate": ["classify evaluate classify.model waves.ts"],
    "classify predict": ["classify predict classify.model waves.ts"],
    "regress train": [f"regress train life.csv --id name --time t --target life --test life.csv {SMALL} --out regress.model"],
    "regress evaluate": ["regress evaluate regress.model life.csv"],
    "regress predict": ["regress predict regress.model life.csv"],
    "tag train": [f"tag train bio.conll --test bio.conll {SMALL} --out tag.model"],
    "tag evaluate": ["tag evaluate tag.model bio.conll"],
    "tag predict": ["tag predict tag.model bio.conll"],
    "lm train": [f"lm train text.txt --chunk 8 --batch 4 {SMALL} --out lm.model"],
    "lm evaluate": ["lm evaluate lm.model text.txt", "lm evaluate frames.model frames.jsonl"],
    "lm generate": ["lm generate lm.model --length 5 --prompt to"],
    "lm generate, frames": ["lm generate frames.model --length 3"],
    "seq2seq train": [f"seq2seq train pairs.tsv {SMALL} --out seq2seq.model"],
    "seq2seq evaluate": ["seq2seq evaluate seq2seq.model pairs.tsv --training pairs.tsv"],
    "seq2seq translate": ["seq2seq translate seq2seq.model sources.txt --beam 2 --best 2 --max-length 5"],
    "inspect, forecast": ["inspect forecast.model series.csv"],
    "inspect, classify": ["inspect classify.model"],
    "inspect, regress": ["inspect regress.model"],
    "inspect, tag": ["inspect tag.model"],
    "inspect, lm": ["inspect lm.model text.txt"],
    "inspect, seq2seq": ["inspect seq2seq.model"],
    "convert": ["convert tag.model --out again.model"],
    "info": ["info"],
    "bench": ["bench gemm"],
}
# What the verbs need beside: models of another kind, and data of another form.
BEFORE = [
    f"forecast train rows.csv --target x --horizon 2 --lookback 4 --season 1 {SMALL} --out rows.model",
    f"forecast train set.csv --horizon 2 --lookback 4 --season 1 {SMALL} --out set.model",
    f"lm train frames.jsonl --format frames --labels 8 --lowest 60 {SMALL} --out frames.model",
]
# Objects whose keys come from the data or the net: the page has one row for all of them, with * for the key.
MAPS = {"forecast", "intervals", "quantiles", "seasons", "probabilities", "values", "by_tag", "by_type", "parameters", "gates", "options", "samples"}


def type_of(value):
    names = {bool: "boolean", int: "integer", float: "number", str: "text", type(None): "null"}
    return names[type(value)]


def fields_of(value, path=""):
    """The leaves of a value as (path, type): targets[].methods[].mae, forecast.*[]."""
    if isinstance(value, list):
        for item in value:
            yield from fields_of(item, path + "[]")
        if not value:
            yield path + "[]", "nothing"
    elif isinstance(value, dict):
        for key, item in value.items():
            shown = "*" if path.split(".")[-1].removesuffix("[]") in MAPS else key
            yield from fields_of(item, f"{path}.{shown}" if path else shown)
    else:
        yield path, type_of(value)


def documented():
    """{section: {path: types}} of the page: sections are headed by the verb, fields are rows of a table."""
    sections, section = {}, None
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        heading = re.fullmatch(r"## `(.+)`", line)
        if heading:
            section = sections.setdefault(heading[1], {})
        row = re.match(r"\| `([^`]+)` \| ([a-z, ]+) \|", line)
        if row and section is not None:
            section[row[1]] = set(row[2].replace(" or ", ", ").split(", "))
    return sections


class Fields(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        for file in DATA.iterdir():
            if file.suffix in (".csv", ".ts", ".conll", ".txt", ".jsonl", ".tsv"):
                shutil.copy(file, cls.folder)
        (cls.folder / "rows.csv").write_text("x\n" + "".join(f"{i % 5}\n" for i in range(40)))
        series = [f"{s},{t},{(t * (s + 2)) % 5}\n" for s in range(3) for t in range(40)] + [f"flat,{t},1\n" for t in range(40)]
        (cls.folder / "set.csv").write_text("unique_id,ds,y\n" + "".join(series))
        (cls.folder / "life.csv").write_text("name,t,x,life\n" + "".join(f"s{i},{t},{i * t % 5},{i}\n" for i in range(12) for t in range(4)))
        tags = {"D": "O", "N": "B-PER", "V": "I-PER"}
        words = (DATA / "words.conll").read_text(encoding="utf-8")
        (cls.folder / "bio.conll").write_text(re.sub(r"\t([DNV])", lambda m: "\t" + tags[m[1]], words), encoding="utf-8")
        for arguments in BEFORE:
            cls.run_command(arguments)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    @classmethod
    def run_command(cls, arguments):
        command = [RECURRA, *arguments.split(), "--json", "--threads", "1", "--quiet"]
        result = subprocess.run(command, cwd=cls.folder, capture_output=True, text=True, check=False, timeout=300)
        if result.returncode != 0:
            raise AssertionError(f"{arguments}: {result.stderr}")
        return [json.loads(line) for line in result.stdout.splitlines()]

    def found(self, commands):
        """{path: types}; every line of an answer is a value of its own. Lists that are empty everywhere have no path."""
        out = {}
        for command in commands:
            for value in self.run_command(command):
                for path, kind in fields_of(value):
                    out.setdefault(path, set()).add(kind)
        return {path: kinds - {"nothing"} for path, kinds in out.items()}

    def test_every_verb_prints_the_fields_of_the_page(self):
        page = documented()
        self.assertEqual(sorted(page), sorted(VERBS))
        for verb, commands in VERBS.items():
            with self.subTest(verb=verb):
                found = self.found(commands)
                self.assertEqual(sorted(found), sorted(page[verb]))
                for path, kinds in found.items():
                    # A number without a fraction may be printed as an integer, never the other way round.
                    allowed = page[verb][path] | ({"integer"} if "number" in page[verb][path] else set())
                    self.assertLessEqual(kinds, allowed, path)


def print_found():
    """Rows for the page, with the meanings that it has now."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    Fields.setUpClass()
    for verb, commands in VERBS.items():
        print(f"## `{verb}`\n| field | type | meaning |\n|---|---|---|")
        section = text.split(f"## `{verb}`\n")[-1].split("\n## ")[0] if f"## `{verb}`\n" in text else ""
        for path, kinds in Fields().found(commands).items():
            known = re.search(r"\| `" + re.escape(path) + r"` \| [a-z, ]+ \| (.*) \|", section)
            order = ["integer", "number", "text", "boolean", "null"]
            kinds = {"number"} | kinds - {"integer"} if "number" in kinds else kinds
            print(f"| `{path}` | {' or '.join(kind for kind in order if kind in kinds) or 'text'} | {known[1] if known else ''} |")
        print()
    Fields.tearDownClass()


if __name__ == "__main__":
    RECURRA = os.path.abspath(sys.argv.pop(1))
    if "--print" in sys.argv:
        print_found()
    else:
        unittest.main()
