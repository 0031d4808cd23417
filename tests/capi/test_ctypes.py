# SPDX-License-Identifier: Apache-2.0
# The C ABI from Python's ctypes, with nothing but the standard library. Usage: test_ctypes.py LIBRARY
import ctypes
import json
import math
import struct
import sys
import tempfile
import unittest


class Options(ctypes.Structure):
    _fields_ = [("weights", ctypes.c_int), ("batch", ctypes.c_int), ("rate_ratio", ctypes.c_double), ("skip", ctypes.c_int),
                ("one_gate_relu", ctypes.c_int), ("output_tanh", ctypes.c_int),
                ("activation", ctypes.c_int), ("unbiased", ctypes.c_int), ("reserved", ctypes.c_int * 6)]


def library(path):
    lib = ctypes.CDLL(path)
    lib.recurra_open.restype = ctypes.c_void_p
    lib.recurra_open.argtypes = [ctypes.c_char_p, ctypes.POINTER(Options), ctypes.c_char_p, ctypes.c_size_t]
    lib.recurra_step_block.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_float), ctypes.POINTER(ctypes.c_float), ctypes.c_size_t]
    lib.recurra_vocabulary.argtypes = [ctypes.c_void_p]
    lib.recurra_close.argtypes = [ctypes.c_void_p]
    return lib


def write_safetensors(path, tensors, **metadata):
    header, data = {"__metadata__": metadata}, b""
    for name, (shape, values) in tensors.items():
        packed = struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    text = json.dumps(header).encode()
    path.write(struct.pack("<Q", len(text)) + text + data)
    path.flush()


class CApi(unittest.TestCase):
    def test_a_plain_rnn_with_a_head_and_a_skip(self):
        W, U, b, head = [0.5], [-0.3], [0.1], [0.8]
        with tempfile.NamedTemporaryFile(suffix=".safetensors") as file:
            write_safetensors(file, {"rnn.weight_ih_l0": ([1, 1], W), "rnn.weight_hh_l0": ([1, 1], U), "rnn.bias_ih_l0": ([1], b),
                                     "rnn.bias_hh_l0": ([1], [0.0]), "head.weight": ([1, 1], head)})
            error = ctypes.create_string_buffer(200)
            net = LIB.recurra_open(file.name.encode(), Options(skip=1, output_tanh=1), error, 200)
        self.assertTrue(net, error.value)
        x = (ctypes.c_float * 4)(0.1, -0.7, 0.5, 0.9)
        y = (ctypes.c_float * 4)()
        LIB.recurra_step_block(net, x, y, 4)
        h = 0.0
        for given, found in zip(x, y):
            h = math.tanh(W[0] * given + U[0] * h + b[0])
            self.assertAlmostEqual(found, given + math.tanh(head[0] * h), places=6)
        LIB.recurra_close(net)

    def test_an_embedding_and_a_layer_norm(self):
        """A square table, which could be a dense layer too, and a normalisation, whose place the file says."""
        table, gain, shift = [0.5, -0.2, 0.9, 0.4], [0.8, 1.2], [0.1, -0.3]
        with tempfile.NamedTemporaryFile(suffix=".safetensors") as file:
            write_safetensors(file, {"table.weight": ([2, 2], table), "norm.weight": ([2], gain), "norm.bias": ([2], shift)},
                              **{"recurra.order": "table norm"})
            error = ctypes.create_string_buffer(200)
            self.assertFalse(LIB.recurra_open(file.name.encode(), None, error, 200))
            self.assertIn(b"could be an embedding", error.value)
            self.assertFalse(LIB.recurra_open(file.name.encode(), Options(unbiased=3), error, 200))
            self.assertIn(b"unbiased", error.value)
            dense = LIB.recurra_open(file.name.encode(), Options(unbiased=2), error, 200)
            net = LIB.recurra_open(file.name.encode(), Options(unbiased=1), error, 200)
        self.assertTrue(net and dense, error.value)
        self.assertEqual((LIB.recurra_vocabulary(net), LIB.recurra_vocabulary(dense)), (2, 0))
        y = (ctypes.c_float * 8)()
        LIB.recurra_step_block(net, (ctypes.c_float * 4)(1, 2, 0.5, 0), y, 4)
        for step, row in ((0, table[2:]), (3, table[:2])):
            mean = sum(row) / 2
            scale = 1 / math.sqrt(sum((value - mean) ** 2 for value in row) / 2 + 1e-5)
            for j in range(2):
                self.assertAlmostEqual(y[2 * step + j], gain[j] * (row[j] - mean) * scale + shift[j], places=5)
        self.assertTrue(all(math.isnan(value) for value in y[2:6]))
        for one in (net, dense):
            LIB.recurra_close(one)

    def test_an_error_has_a_text(self):
        error = ctypes.create_string_buffer(200)
        self.assertFalse(LIB.recurra_open(b"/nowhere", None, error, 200))
        self.assertIn(b"/nowhere", error.value)


if __name__ == "__main__":
    LIB = library(sys.argv.pop(1))
    unittest.main()
