# SPDX-License-Identifier: Apache-2.0
"""The `recurra` command of a wheel. The module holds it beside the engine, and so a wheel has one copy of that."""

import os
import pathlib
import signal
import sys
from typing import NoReturn

from . import _engine


def main() -> NoReturn:
    # Python only notes Ctrl-C until its own code goes on; a program ends, unless it was started with Ctrl-C ignored.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    words = [os.fsencode(word) for word in ("recurra", *sys.argv[1:])]
    folder = pathlib.Path(__file__).resolve().parent / "bin"  # where the program would be, beside share/recurra/lesson
    sys.exit(_engine._run_command(words, os.fsencode(folder)))
