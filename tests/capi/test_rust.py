# SPDX-License-Identifier: Apache-2.0
# examples/embed.rs beside examples/embed.c: the same net, the same number, the same error.
# Usage: test_rust.py RUSTC LIBRARY EMBED_C, the last two the shared library recurra_c and the C example.
import math
import pathlib
import subprocess
import sys
import tempfile
import unittest

from test_ctypes import write_safetensors

SOURCE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "embed.rs"


def run(*arguments):
    return subprocess.run(list(map(str, arguments)), capture_output=True, text=True, check=False)


class Rust(unittest.TestCase):
    def test_as_the_c_example(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            library = pathlib.Path(LIBRARY).resolve()
            built = run(RUSTC, "--edition", "2021", "-D", "warnings", "-O", SOURCE, "-o", folder / "embed", "-L", library.parent, "-l", "recurra_c",
                        "-C", f"link-arg=-Wl,-rpath,{library.parent}")
            self.assertEqual(built.returncode, 0, built.stderr)
            shapes = {"rnn.weight_ih_l0": [12, 1], "rnn.weight_hh_l0": [12, 4], "rnn.bias_ih_l0": [12], "rnn.bias_hh_l0": [12],
                      "head.weight": [1, 4]}
            with open(folder / "net.safetensors", "wb") as file:
                write_safetensors(file, {key: (shape, [0.5 * math.sin(0.7 * i + len(key)) for i in range(math.prod(shape))])
                                         for key, shape in shapes.items()})
            for path in (folder / "net.safetensors", folder / "absent.safetensors"):
                rust, c = run(folder / "embed", path), run(EMBED_C, path)
                self.assertEqual((rust.returncode, rust.stdout, rust.stderr), (c.returncode, c.stdout, c.stderr))
            self.assertIn("absent.safetensors", rust.stderr)


if __name__ == "__main__":
    EMBED_C, LIBRARY, RUSTC = sys.argv.pop(), sys.argv.pop(), sys.argv.pop()
    unittest.main()
