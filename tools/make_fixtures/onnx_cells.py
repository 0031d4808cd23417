#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/fixtures/onnx/cells.json: what ONNX Runtime computes for the forms of cells that PyTorch does not have.

    pip install onnx onnxruntime numpy && python3 tools/make_fixtures/onnx_cells.py

The reset before the product, peepholes, other activations, a clip of the gates, the reverse direction. Weights and
inputs come from wave(), in this project's order of gates, which the tests repeat; the file holds only results. The tests
never need ONNX.
"""
import json
import math
import pathlib

import numpy as np
import onnxruntime
from onnx import TensorProto, helper

OUT = pathlib.Path(__file__).resolve().parent.parent.parent / "tests" / "fixtures" / "onnx" / "cells.json"
T, B, D, H = 6, 3, 4, 5
ORDER = {"RNN": [0], "GRU": [1, 0, 2], "LSTM": [0, 3, 1, 2]}  # ONNX's gates by this project's: z r h, i o f c


def wave(shape, phase, size=0.6):
    """size * sin(0.7 i + phase) for the i-th element."""
    count = math.prod(shape)
    return np.array([size * math.sin(0.7 * i + phase) for i in range(count)], np.float64).reshape(shape).astype(np.float32)


def onnx_order(kind, weight):
    blocks = np.split(weight, len(ORDER[kind]))
    return np.concatenate([blocks[i] for i in ORDER[kind]])[None]


def case(cell, kind, activations, *, clip=0.0, reverse=False, lbr=0, peephole=False):
    gates = len(ORDER[kind])
    W, R, b_ih, b_hh = (wave(shape, 0.3 + p, 1.2) for p, shape in
                        enumerate(([gates * H, D], [gates * H, H], [gates * H], [gates * H])))
    inputs = {"X": wave([T, B, D], 0.1, 1.2), "W": onnx_order(kind, W), "R": onnx_order(kind, R),
              "B": np.concatenate([onnx_order(kind, b_ih), onnx_order(kind, b_hh)], axis=1)}
    names = ["X", "W", "R", "B", "", "", *(["", "P"] if peephole else [])]
    if peephole:
        P = wave([3, H], 1.7)  # i, f, o; ONNX: i, o, f
        inputs["P"] = P[[0, 2, 1]].reshape(1, -1)
    attributes = {"hidden_size": H, "direction": "reverse" if reverse else "forward", "activations": activations}
    if clip:
        attributes["clip"] = clip
    if kind == "GRU":
        attributes["linear_before_reset"] = lbr
    while names[-1] == "":
        names.pop()
    node = helper.make_node(kind, names, ["Y"], **attributes)
    graph = helper.make_graph([node], "g", [helper.make_tensor_value_info(n, TensorProto.FLOAT, v.shape) for n, v in inputs.items()],
                              [helper.make_tensor_value_info("Y", TensorProto.FLOAT, None)])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    y = onnxruntime.InferenceSession(model.SerializeToString()).run(None, inputs)[0]
    names_here = {"Sigmoid": "sigmoid", "Tanh": "tanh", "Relu": "relu", "HardSigmoid": "hard-sigmoid", "Affine": "identity"}
    return {"cell": cell, "activations": [names_here[a] for a in activations], "clip": clip, "reverse": reverse,
            "y": [round(float(v), 8) for v in y.reshape(-1)]}


def main():
    hard, soft = ["HardSigmoid", "Relu"], ["Sigmoid", "Tanh"]
    cases = [case("gru-reset-before", "GRU", soft), case("gru", "GRU", soft, lbr=1),
             case("gru-reset-before", "GRU", soft, reverse=True), case("gru-reset-before", "GRU", hard),
             case("gru-reset-before", "GRU", soft, clip=0.5), case("gru", "GRU", hard, lbr=1, clip=0.7),
             case("lstm-peephole", "LSTM", [*soft, "Tanh"], peephole=True),
             case("lstm-peephole", "LSTM", [*soft, "Tanh"], peephole=True, reverse=True),
             case("lstm-peephole", "LSTM", ["HardSigmoid", "Tanh", "Relu"], peephole=True, clip=0.6),
             case("lstm", "LSTM", ["HardSigmoid", "Sigmoid", "Tanh"]), case("lstm", "LSTM", [*soft, "Tanh"], clip=0.4),
             case("rnn", "RNN", ["Sigmoid"]), case("rnn", "RNN", ["HardSigmoid"], reverse=True),
             case("rnn", "RNN", ["Relu"], clip=0.8)]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"shape": [T, B, D, H], "cases": cases}) + "\n")


if __name__ == "__main__":
    main()
