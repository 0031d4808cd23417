#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the examples of language models: python3 test_examples_lm.py FOLDER_OF_THE_EXAMPLES."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

FOLDER = pathlib.Path()
LICENSE = pathlib.Path(__file__).resolve().parent.parent.parent / "LICENSE"


def run(*command, status=0):
    result = subprocess.run([str(c) for c in command], capture_output=True, check=False, timeout=300)
    assert result.returncode == status, result.stderr
    return result


class Examples(unittest.TestCase):
    def test_text_generator(self):
        out = run(FOLDER / "text_generator", LICENSE, "You may", 3).stdout.decode()
        self.assertRegex(out, r"epoch  3 ")
        self.assertRegex(out, r"-gram +\d\.\d+ nats")
        self.assertIn("\nYou may", out)
        self.assertIn(b"No such file", run(FOLDER / "text_generator", "/nowhere", status=1).stderr)

    def test_roll_to_midi(self):
        with tempfile.TemporaryDirectory() as folder:
            roll, midi = pathlib.Path(folder) / "roll.jsonl", pathlib.Path(folder) / "roll.mid"
            roll.write_text('{"frames": [[60, 64], [60], []]}\n')
            run(FOLDER / "roll_to_midi", roll, midi)
            data = midi.read_bytes()
            self.assertEqual(data[:14], b"MThd\0\0\0\6\0\0\0\1\1\xe0")
            self.assertEqual(int.from_bytes(data[18:22], "big"), len(data) - 22)
            track = data[22:]
            self.assertEqual(track, b"\0\xff\x51\3\x0b\x71\xb0"  # tempo
                             b"\0\x90\x3c\x48\0\x90\x40\x48"      # both keys
                             b"\x83\x60\x80\x40\x48"              # one ends after 480 ticks
                             b"\x83\x60\x80\x3c\x48"              # the other after 480 more
                             b"\x87\x40\xff\x2f\0")               # an empty frame and the one that ends all
            self.assertIn(b"roll.mid", run(FOLDER / "roll_to_midi", midi, midi, status=1).stderr)


if __name__ == "__main__":
    FOLDER = pathlib.Path(sys.argv.pop(1))
    unittest.main()
