#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The table of small nets in docs/performance.md: a step of one layer and a dense output over one input.

Runs recurra_steps (the frozen Stepper, today's, with approximate activations, bf16 and f16 weights) and the same nets in
PyTorch and ONNX Runtime in turns, and prints the least nanoseconds of each as Markdown. Usage: steps.py RECURRA_STEPS
[TURNS]; RECURRA_ISA chooses Recurra's instruction set.
"""
import re
import subprocess
import sys
import time

import onnx_nets
import torch
import torch_nets

CELLS = {"LSTM": "lstm", "GRU": "gru"}
CALLS = 400
# Goals of docs/performance.md: at most this times the frozen one, by instruction set.
GOALS = {"avx512": {"LSTM": {8: 0.5, 16: 0.55, 20: 0.58, 32: 0.64, 40: 0.63, 64: 0.8}, "GRU": {8: 0.54, 16: 0.5, 32: 0.73, 64: 0.85}},
         "avx2": {"LSTM": {8: 0.52, 16: 0.45, 32: 0.57, 64: 0.74}, "GRU": {}}}


def ours(program):
    """The instruction set, and nanoseconds by (cell, units): frozen, step, block, approximate, bf16, f16."""
    text = subprocess.run([program, "300"], capture_output=True, text=True, check=True).stdout
    rows = {}
    for line in text.splitlines():
        numbers = line.split()
        if len(numbers) == 13 and numbers[0] in CELLS:
            rows[numbers[0], int(numbers[1])] = [float(numbers[i]) for i in (2, 3, 5, 7, 9, 11)]
    return re.match(r"\w+", text)[0], rows


def least_ns(call):
    least = float("inf")
    for _ in range(CALLS):
        start = time.perf_counter_ns()
        call()
        least = min(least, time.perf_counter_ns() - start)
    return least


def main():
    program, turns = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    torch.set_num_threads(1)
    isa, best = ours(program)
    rivals = {(name, units): (torch_nets.step(cell, units, 1, 1), onnx_nets.step(cell, 1, units, 1, 1)) for name, cell in CELLS.items()
              for own, units in best if own == name}
    least = {key: [float("inf")] * 2 for key in best}
    for _ in range(turns):
        _, rows = ours(program)
        for key, row in rows.items():
            best[key] = [min(pair) for pair in zip(best[key], row)]
            least[key] = [min(old, least_ns(call)) for old, call in zip(least[key], rivals[key])]
    print(f"{isa}, PyTorch {torch.__version__}, ONNX Runtime {onnx_nets.onnxruntime.__version__}, one thread; ns per step\n")
    print("| net | frozen | step | of the frozen one | goal | block | approximate | bf16 | f16 | PyTorch | times | ONNX Runtime | times |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    for (name, units), (frozen, step, *others) in best.items():
        goal = GOALS.get(isa, {}).get(name, {}).get(units)
        verdict = "" if goal is None else f"{goal}, {'met' if step / frozen <= goal + 0.005 else 'missed'}"
        theirs = [f"{ns:.0f} | {ns / step:.0f}" for ns in least[name, units]]
        print(f"| {name} {units} | {frozen:.0f} | {step:.0f} | {step / frozen:.2f} | {verdict} | " + " | ".join([f"{ns:.0f}" for ns in others] + theirs) + " |")


if __name__ == "__main__":
    main()
