#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/fixtures/xlstm/slstm.json: what the sLSTM cell of the `xlstm` package computes, forward and backward.

    pip install torch numpy && pip install --no-deps xlstm==2.0.6
    python3 tools/make_fixtures/slstm_fixtures.py

Inputs and weights come from draw(), which the test repeats, so the file holds only results. The tests never need
PyTorch. The cell is the package's own (blocks/slstm/src/vanilla), in double precision; it is loaded alone, because the
rest of the package wants CUDA.
"""
import importlib.metadata
import importlib.util
import json
import math
import pathlib
import sys

import torch

OUT = pathlib.Path(__file__).resolve().parent.parent.parent / "tests" / "fixtures" / "xlstm" / "slstm.json"
T, B, D, H = 6, 3, 5, 12


def package_module(name):
    """xlstm/blocks/slstm/src/NAME as a module of its own."""
    path = importlib.metadata.distribution("xlstm").locate_file(f"xlstm/blocks/slstm/src/{name}")
    spec = importlib.util.spec_from_file_location(pathlib.Path(name).parent.name, path,
                                                  submodule_search_locations=[str(pathlib.Path(path).parent)])
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def draw(shape, seed, size):
    """Uniform in [-size, size): a linear congruential generator, its upper 24 bits."""
    out, x = [], seed
    for _ in range(math.prod(shape)):
        x = (x * 1664525 + 1013904223) % 2**32
        out.append(size * ((x >> 8) / 2**23 - 1))
    return torch.tensor(out, dtype=torch.float64).reshape(shape)


def flat(tensor):
    return [float(v) for v in tensor.detach().reshape(-1)]


def case(cell, heads, size, from_zero):
    x = draw((T, B, D), 1, 1).requires_grad_()
    W = draw((4 * H, D), 2, size).requires_grad_()
    U = draw((4 * H, H // heads), 3, size).requires_grad_()
    b = draw((4 * H,), 4, size).requires_grad_()
    h0, c0, m0 = (torch.zeros(B, H, dtype=torch.float64) if from_zero else draw((B, H), seed, 1) for seed in (5, 6, 7))
    n0 = torch.zeros(B, H, dtype=torch.float64) if from_zero else 1.5 + draw((B, H), 8, 1)
    initial = [s.clone().requires_grad_() for s in (h0, c0, n0, m0)]
    # The package keeps a head's gates together: R [heads, 4 * H / heads, H / heads].
    R = U.reshape(4, heads, H // heads, H // heads).transpose(0, 1).reshape(heads, -1, H // heads)
    all_states, last, _ = cell.slstm_forward(x @ W.T, torch.stack(initial), R, b,
                                             cell.slstm_pointwise_function_registry["slstm"])
    y = all_states[0, 1:]
    total = (y * draw(y.shape, 9, 1)).sum() + (last * draw(last.shape, 10, 1)).sum()
    total.backward()
    result = {"heads": heads, "size": size, "from_zero": from_zero, "y": flat(y), "last": flat(last), "dx": flat(x.grad),
              "dW": flat(W.grad), "dU": flat(U.grad), "db": flat(b.grad)}
    if not from_zero:
        result["dinitial"] = flat(torch.stack([s.grad for s in initial]))
    return result


def main():
    cell = package_module("vanilla/__init__.py")
    cases = [case(cell, heads, size, from_zero) for heads in (1, 2, 3) for size in (0.5, 3) for from_zero in (True, False)]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    version = importlib.metadata.version("xlstm")
    rounded = json.loads(json.dumps(cases), parse_float=lambda v: float(f"{float(v):.9g}"))
    OUT.write_text(json.dumps({"xlstm": version, "torch": torch.__version__, "T": T, "B": B, "D": D, "H": H,
                               "cases": rounded}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
