#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/reference/command.md from the output of the command's --help: command_reference.py RECURRA [--check]

--check: writes nothing and fails if the page is out of date.
"""
import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs" / "reference" / "command.md"
INTRODUCTION = """# The command

What `--help` prints; written by `python3 tools/command_reference.py build/dev/cli/recurra`. `--seed`, `--threads`,
`--precision`, `--json` and `--quiet` go anywhere. Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted. `-`
means standard input or output for data that are read or written. What the names of `recurra bench` measure is listed
in `bench/bench.h`; figures of this project are in [../performance.md](../performance.md).
"""


def help_of(recurra, path):
    return subprocess.run([recurra, *path, "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def verbs(recurra, path=()):
    """Each command line with an action, with its help; a parent of verbs is replaced by its verbs."""
    text = help_of(recurra, path)
    below = re.findall(r"^  (\w+)", text.split("Subcommands:", 1)[1], re.MULTILINE) if "Subcommands:" in text else []
    if not path or not below:
        yield path, text
    for name in below:
        yield from verbs(recurra, (*path, name))


def main():
    recurra = sys.argv[1]
    page = INTRODUCTION
    for path, text in verbs(recurra):
        body = "\n".join("    " + line if line.strip() else "" for line in re.sub(r"\n{3,}", "\n\n", text).splitlines())
        page += f"\n## {' '.join(('recurra', *path))}\n\n{body}\n"
    if "--check" not in sys.argv[2:]:
        PAGE.write_text(page)
    elif PAGE.read_text() != page:
        sys.exit(f"{PAGE}: out of date; run: python3 tools/command_reference.py {recurra}")


if __name__ == "__main__":
    main()
