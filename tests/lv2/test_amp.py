# SPDX-License-Identifier: Apache-2.0
# The plug-in of examples/lv2 in a host of LV2: what it makes of a file of samples is what the C interface makes of them.
# Usage: test_amp.py BUNDLE LIBRARY, the folder recurra-amp.lv2 and the shared library recurra_c.
import array
import ctypes
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import wave

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "capi"))
from test_ctypes import Options, library, write_safetensors  # noqa: E402

RATE = 48000
URI = "urn:recurra:examples:amp"
ONE = 1 / 32768  # of the samples in the files


def waves(count, phase):
    return [0.4 * math.sin(0.9 * i + phase) for i in range(count)]


def write_net(path, hidden=8):
    shapes = {"rnn.weight_ih_l0": [4 * hidden, 1], "rnn.weight_hh_l0": [4 * hidden, hidden], "rnn.bias_ih_l0": [4 * hidden],
              "rnn.bias_hh_l0": [4 * hidden], "head.weight": [1, hidden], "head.bias": [1]}
    with open(path, "wb") as file:
        write_safetensors(file, {name: (shape, waves(math.prod(shape), at)) for at, (name, shape) in enumerate(shapes.items())})


def write_samples(path, samples):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(array.array("h", samples).tobytes())


def read_samples(path):
    with wave.open(str(path), "rb") as file:
        return array.array("h", file.readframes(file.getnframes()))


class Amp(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.bundle = self.folder / "lv2" / "recurra-amp.lv2"
        shutil.copytree(BUNDLE, self.bundle)

    def apply(self):
        environment = os.environ | {"LV2_PATH": str(self.folder / "lv2")}
        return subprocess.run(["lv2apply", "-i", self.folder / "in.wav", "-o", self.folder / "out.wav", URI],
                              env=environment, capture_output=True, text=True, check=False)

    def test_a_host_hears_what_the_net_computes(self):
        write_net(self.bundle / "net.safetensors")
        given = [round(9000 * math.sin(0.05 * t) * math.cos(0.003 * t)) for t in range(2000)]
        write_samples(self.folder / "in.wav", given)
        result = self.apply()
        self.assertEqual(result.returncode, 0, result.stderr)
        heard = read_samples(self.folder / "out.wav")

        error = ctypes.create_string_buffer(200)
        net = LIB.recurra_open(str(self.bundle / "net.safetensors").encode(), Options(skip=1), error, 200)
        self.assertTrue(net, error.value)
        x = (ctypes.c_float * len(given))(*[s * ONE for s in given])
        y = (ctypes.c_float * len(given))()
        LIB.recurra_step_block(net, x, y, len(given))
        LIB.recurra_close(net)
        self.assertGreater(max(abs(a - b) for a, b in zip(x, y)), 0.05, "the net adds something that can be heard")
        self.assertLess(max(y), 1)
        self.assertEqual(len(heard), len(given))
        self.assertLess(max(abs(h * ONE - v) for h, v in zip(heard, y)), 2 * ONE)

    def test_without_its_net_it_does_not_start(self):
        write_samples(self.folder / "in.wav", [0] * 100)
        self.assertNotEqual(self.apply().returncode, 0)


if __name__ == "__main__":
    LIB = library(sys.argv.pop())
    BUNDLE = os.path.abspath(sys.argv.pop())
    unittest.main()
