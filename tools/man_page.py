#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the command's manual page, made of what --help prints: man_page.py RECURRA > recurra.1"""
import subprocess
import sys

from command_reference import verbs

CLOSING = """.SH EXIT STATUS
0 done, 1 failed, 2 wrong usage, 130 interrupted.
.SH SEE ALSO
.B recurra lesson
serves an interactive introduction; the package recurra\\-doc holds a tutorial and recipes.
"""


def escaped(text):
    lines = text.replace("\\", "\\e").replace("-", "\\-").splitlines()
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in lines)


def main():
    recurra = sys.argv[1]
    version = subprocess.run([recurra, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    out = f'.TH RECURRA 1 "" "recurra {version}" "User Commands"\n.SH NAME\nrecurra \\- recurrent nets for sequences: train, score, predict, inspect\n'
    for path, text in verbs(recurra):
        heading = " ".join(("recurra", *path)).upper() if path else "SYNOPSIS"
        out += f'.SH "{escaped(heading)}"\n.nf\n{escaped(text)}\n.fi\n'
    print(out + CLOSING, end="")


if __name__ == "__main__":
    main()
