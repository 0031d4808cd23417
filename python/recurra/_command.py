# SPDX-License-Identifier: Apache-2.0
"""The `recurra` command that a wheel brings: hands this process over to the program in the package."""

import os
import pathlib
import sys
from typing import NoReturn


def main() -> NoReturn:
    program = pathlib.Path(__file__).parent / "bin" / "recurra"
    os.execv(program, ["recurra", *sys.argv[1:]])
