# SPDX-License-Identifier: Apache-2.0
# recurra export: what it writes compiles as C99 without a warning and computes what a Stepper does, as its own self-test says.
# Usage: test_export.py RECURRA
import json
import math
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

STARTUP = pathlib.Path(__file__).resolve().parents[2] / "examples" / "cortex_m4" / "startup.c"
CORTEX_M4 = ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"]
# Each at its address: the vector table at 0, code behind it, variables in the board's RAM.
CORTEX_M4_LINK = ["--specs=rdimon.specs", "-Wl,--section-start=.vectors=0,--section-start=.init=0x200,-Ttext=0x400,-Tdata=0x20000000,"
                  "--section-start=.ARM.exidx=0x300000"]


class Target:
    """A compiler, and what runs its programs: nothing for this machine's own, else an emulator."""

    def __init__(self, compile_, link=(), run=()):
        self.compile, self.link, self.run = [*compile_], [*map(str, link)], [*run]

    def __str__(self):
        return " ".join(self.compile)

    def works(self):
        """Whether the compiler, its C library and the emulator are there."""
        if not shutil.which(self.compile[0]) or (self.run and not shutil.which(self.run[0])):
            return False
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "empty.c").write_text("int main(void) { return 0; }\n")
            return subprocess.run([*self.compile, "empty.c", *self.link, "-o", "empty"], cwd=folder, capture_output=True, check=False).returncode == 0


TARGETS = {"cc": Target(["cc"]), "clang": Target(["clang-14"]), "32-bit x86": Target(["gcc", "-m32", "-msse2", "-mfpmath=sse"]),
           "32-bit x87": Target(["gcc", "-m32", "-mno-sse"]),
           "aarch64": Target(["aarch64-linux-gnu-gcc"], ["-static"], ["qemu-aarch64"]),
           "Cortex-M4": Target(CORTEX_M4, [STARTUP, *CORTEX_M4_LINK],
                               ["qemu-system-arm", "-M", "mps2-an386", "-nographic", "-semihosting", "-kernel"])}
HOSTS = {name for name in ("cc", "clang") if TARGETS[name].works()}
WARNINGS = ["-std=c99", "-pedantic-errors", "-Wall", "-Wextra", "-Wshadow", "-Werror"]
MAIN = '#include <stdio.h>\n#include "net.h"\nint main(void) { int wrong = net_self_test(); printf("%d\\n", wrong); return wrong != 0; }\n'


def wave(count, phase):
    return [0.5 * math.sin(0.7 * i + phase) for i in range(count)]


def write_net(path, gates, inputs, hidden):
    """A dense layer, two recurrent ones and a head."""
    shapes = {"enter.weight": [3, inputs], "enter.bias": [3], "head.weight": [inputs, hidden], "head.bias": [inputs]}
    for layer, width in ((0, 3), (1, hidden)):
        shapes |= {f"rnn.weight_ih_l{layer}": [gates * hidden, width], f"rnn.weight_hh_l{layer}": [gates * hidden, hidden],
                   f"rnn.bias_ih_l{layer}": [gates * hidden], f"rnn.bias_hh_l{layer}": [gates * hidden]}
    write_tensors(path, shapes)


def write_cell(path, gates, weights, inputs=2, hidden=5):
    """One recurrent layer of such weights and a head, to read with --cell."""
    kinds = {"weight_ih": [gates * hidden, inputs], "weight_hh": [gates * hidden, hidden], "bias_ih": [gates * hidden],
             "bias_hh": [gates * hidden], "peephole": [3, hidden], "norm": [10, hidden], "weight_hr": [3, hidden]}
    shapes = {f"rnn.{name}_l0": kinds[name] for name in weights}
    if "weight_hr" in weights:
        shapes["rnn.weight_hh_l0"] = [gates * hidden, 3]
    shapes |= {"head.weight": [inputs, 3 if "weight_hr" in weights else hidden], "head.bias": [inputs]}
    write_tensors(path, shapes)


def write_text_net(path, gates, vocabulary=23, width=5, hidden=6):
    """A table of tokens, layer normalisations before and behind a recurrent layer, and a head."""
    shapes = {"table.weight": [vocabulary, width], "norm1.weight": [width], "norm1.bias": [width], "norm2.weight": [hidden],
              "norm2.bias": [hidden], "head.weight": [vocabulary, hidden], "head.bias": [vocabulary]}
    shapes |= {"rnn.weight_ih_l0": [gates * hidden, width], "rnn.weight_hh_l0": [gates * hidden, hidden],
               "rnn.bias_ih_l0": [gates * hidden], "rnn.bias_hh_l0": [gates * hidden]}
    write_tensors(path, shapes)


def write_tensors(path, shapes):
    header, data = {}, b""
    for name, shape in shapes.items():
        packed = struct.pack(f"<{math.prod(shape)}f", *wave(math.prod(shape), len(header)))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


class Export(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.model = self.folder / "model.safetensors"

    def export(self, *flags, status=0):
        arguments = [RECURRA, "export", self.model, "--c", self.folder / "c", *flags]
        result = subprocess.run(list(map(str, arguments)), capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, status, result.stderr)
        return result

    def self_test(self, target):
        (self.folder / "c" / "main.c").write_text(MAIN)
        program = self.folder / "program"
        subprocess.run([*target.compile, *WARNINGS, "-O2", "-c", "net.c", "main.c"], cwd=self.folder / "c", check=True)
        subprocess.run([*target.compile, "net.o", "main.o", *target.link, "-o", program], cwd=self.folder / "c", check=True)
        return subprocess.run([*target.run, program], capture_output=True, text=True, check=False, timeout=60).stdout.strip()

    def test_every_cell_and_kind_of_weights(self):
        for gates, kind in ((4, []), (3, []), (3, ["--reset-before"]), (1, []), (1, ["--relu"])):
            write_net(self.model, gates, 2, 5)
            for weights in ("f32", "bf16", "int8"):
                self.export("--weights", weights, "--skip", "--activation", "enter=sigmoid", "--activation", "head=tanh", *kind)
                for name in HOSTS:
                    with self.subTest(gates=gates, kind=kind, weights=weights, target=name):
                        self.assertEqual(self.self_test(TARGETS[name]), "0")

    def test_every_cell_by_its_name(self):
        both, one = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"], ["weight_ih", "bias_ih"]
        for cell, gates, weights in (("lstm", 4, [*both, "weight_hr"]), ("lstm-peephole", 4, [*both, "peephole"]),
                                     ("lstm-peephole", 4, [*both, "peephole", "weight_hr"]), ("gru-reset-before", 3, both),
                                     ("rnn-linear", 1, both), ("min-gru", 2, one), ("min-gru-log", 2, one), ("min-lstm", 3, one),
                                     ("min-lstm-log", 3, one), ("slstm", 4, [*one, "weight_hh"]),
                                     ("lstm-layer-norm", 4, [*one, "weight_hh", "norm"])):
            write_cell(self.model, gates, weights)
            for kind in ("f32", "bf16", "int8"):
                self.export("--cell", cell, "--weights", kind, "--activation", "head=sigmoid")
                with self.subTest(cell=cell, weights=weights, kind=kind):
                    self.assertEqual(self.self_test(Target(["cc"], ["-lm"])), "0")

    def test_an_embedding_and_layer_norms(self):
        """Both in front of a cell and without one, for every kind of weights and every target that works."""
        for target in [*HOSTS, "aarch64", "Cortex-M4"]:
            if not TARGETS[target].works():
                continue
            compiled = Target(TARGETS[target].compile, [*TARGETS[target].link, "-lm"], TARGETS[target].run)
            for kind in ("f32", "bf16", "int8"):
                for gates in (3, 1):
                    write_text_net(self.model, gates)
                    self.export("--weights", kind, "--layer-norm", "norm2=1e-3", "--order", "table", "norm1", "rnn", "norm2", "head")
                    with self.subTest(target=target, kind=kind, gates=gates):
                        self.assertEqual(self.self_test(compiled), "0")
                for shapes in ({"table.weight": [9, 3]}, {"table.weight": [9, 3], "norm.weight": [3]}, {"norm.weight": [40]}):
                    write_tensors(self.model, shapes)
                    order = sorted(name.removesuffix(".weight") for name in shapes)[::-1]
                    options = {"norm": ["--layer-norm", "norm"], "table": ["--embedding"]}
                    self.export("--weights", kind, *(flag for name in order for flag in options[name]), "--order", *order)
                    with self.subTest(target=target, kind=kind, shapes=shapes):
                        self.assertEqual(self.self_test(compiled), "0")

    def test_a_trained_language_model(self):
        """A token in, logits out, for each kind of table and head; models of other verbs are refused."""
        text = self.folder / "play.txt"
        text.write_text("the cat sees a dog. my owl hears the cat.\n" * 60)
        for more in ([], ["--tied"], ["--embedding", "0"]):
            subprocess.run([RECURRA, "lm", "train", text, "--out", self.model, "--hidden", "8", "--embedding", "6", "--chunk", "16", "--batch", "4",
                            "--epochs", "1", *more], capture_output=True, check=True)
            for kind in ("f32", "bf16", "int8"):
                self.export("--weights", kind)
                with self.subTest(more=more, kind=kind):
                    self.assertEqual(self.self_test(TARGETS["cc"]), "0")
        self.assertIn("#define NET_INPUTS 1\n", (self.folder / "c" / "net.h").read_text())
        self.assertIn("give no option", self.export("--skip", status=2).stderr)
        table = self.folder / "series.csv"
        table.write_text("y\n" + "".join(f"{math.sin(0.3 * i)}\n" for i in range(120)))
        subprocess.run([RECURRA, "forecast", "train", table, "--target", "y", "--horizon", "4", "--out", self.model, "--epochs", "1"],
                       capture_output=True, check=True)
        self.assertIn("only language models", self.export(status=1).stderr)

    def test_an_index_that_is_none_gives_nan(self):
        for kind in ("f32", "bf16", "int8"):
            write_tensors(self.model, {"table.weight": [9, 3]})
            self.export("--weights", kind, "--embedding")
            (self.folder / "c" / "main.c").write_text(
                '#include <stdio.h>\n#include "net.h"\nint main(void) {\n  float x[] = {-1, 9, 0.5f, 3e9f, 8}, y[3];\n  net_state state;\n'
                '  net_reset(&state);\n  for (int i = 0; i < 5; ++i) {\n    net_step(&state, x + i, y);\n'
                '    printf("%d", y[0] != y[0] && y[2] != y[2]);\n  }\n  return 0;\n}\n')
            subprocess.run(["cc", *WARNINGS, "net.c", "main.c", "-o", "program"], cwd=self.folder / "c", check=True)
            told = subprocess.run([self.folder / "c" / "program"], capture_output=True, text=True, check=True).stdout
            self.assertEqual(told, "11110", kind)

    def test_other_processors(self):
        """The same source for 32-bit x86, 64-bit ARM and a Cortex-M4, the last two in an emulator."""
        for name in TARGETS.keys() - HOSTS:
            if not TARGETS[name].works():
                print(f"skipped: {name}, for want of {TARGETS[name]} or its emulator", file=sys.stderr)
                continue
            for gates, weights in ((4, "f32"), (3, "bf16"), (3, "int8")):
                write_net(self.model, gates, 2, 5)
                self.export("--weights", weights, "--skip", "--activation", "enter=sigmoid", "--activation", "head=tanh")
                with self.subTest(gates=gates, weights=weights, target=name):
                    self.assertEqual(self.self_test(TARGETS[name]), "0")

    def test_the_self_test_notices_a_wrong_weight(self):
        write_net(self.model, 4, 1, 16)
        self.export()
        source = self.folder / "c" / "net.c"
        text = source.read_text()
        at = text.index("l1_U[")
        source.write_text(text[:at] + text[at:].replace("0.", "0.9", 1))
        self.assertNotEqual(self.self_test(TARGETS["cc"]), "0")

    def test_code_is_small_and_calls_nothing(self):
        write_net(self.model, 4, 1, 16)
        self.export()
        subprocess.run(["cc", "-std=c99", "-Os", "-c", "net.c"], cwd=self.folder / "c", check=True)
        undefined = subprocess.run(["nm", "-u", "net.o"], cwd=self.folder / "c", capture_output=True, text=True, check=True).stdout
        self.assertNotRegex(undefined, r"malloc|expf|tanhf|printf")
        size = subprocess.run(["size", "net.o"], cwd=self.folder / "c", capture_output=True, text=True, check=True).stdout
        floats = 3 * 1 + 3 + 64 * 3 + 64 * 16 + 64 + 64 * 16 * 2 + 64 + 16 + 1 + 2 * 16
        self.assertLess(int(size.splitlines()[1].split()[0]) - 4 * floats, 20_000)

    def test_what_it_refuses(self):
        write_net(self.model, 4, 1, 16)
        self.assertIn("--activation", self.export("--activation", "head:tanh", status=2).stderr)
        self.assertIn("nobody", self.export("--activation", "nobody=tanh", status=1).stderr)
        self.assertIn("name", self.export("--name", "Net 1", status=1).stderr)
        self.assertIn("order", self.export("--order", "head", status=1).stderr)
        self.assertIn("--layer-norm", self.export("--layer-norm", "norm=small", status=2).stderr)
        self.assertIn("nobody", self.export("--layer-norm", "nobody", status=1).stderr)
        write_tensors(self.model, {"table.weight": [9, 9]})
        self.assertIn("embedding", self.export(status=1).stderr)
        self.export("--no-embedding")
        self.assertIn("#define NET_INPUTS 9\n", (self.folder / "c" / "net.h").read_text())


if __name__ == "__main__":
    RECURRA = os.path.abspath(sys.argv.pop(1))
    unittest.main()
