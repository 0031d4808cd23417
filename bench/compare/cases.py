# SPDX-License-Identifier: Apache-2.0
"""The cases: arguments of `recurra bench`, and a function that makes the rival's call for the same work."""
import dataclasses
from collections.abc import Callable

import onnx_nets
import torch_nets

CELLS = ("lstm", "gru", "rnn")


@dataclasses.dataclass
class Case:
    name: str
    ours: list[str]  # arguments of recurra bench
    rivals: dict[str, Callable[[int], Callable[[], object]]] = dataclasses.field(default_factory=dict)  # name -> threads -> one call
    programs: dict[str, Callable[[int], float]] = dataclasses.field(default_factory=dict)  # name -> threads -> milliseconds by its own clock


def listing():
    return [Case(f"{cell} epoch", ["listing", "--cell", cell], {"PyTorch": lambda threads, cell=cell: torch_nets.epoch(cell)}) for cell in CELLS]


def infer():
    return [Case(f"{cell} infer, batch {batch}", ["infer", "--cell", cell, "--batch", str(batch)],
                 {"PyTorch": lambda threads, cell=cell, batch=batch: torch_nets.window(cell, batch),
                  "ONNX Runtime": lambda threads, cell=cell, batch=batch: onnx_nets.window(cell, batch, threads)})
            for cell in CELLS for batch in (1, 32, 500)]


def step():
    cases = []
    for cell in CELLS:
        rivals = {"PyTorch": lambda threads, cell=cell: torch_nets.step(cell), "ONNX Runtime": lambda threads, cell=cell: onnx_nets.step(cell, threads)}
        cases += [Case(f"{cell} step, {precision} weights", ["step", "--cell", cell, "--precision", precision], rivals)
                  for precision in ("f32", "bf16", "int8")]
    return cases


def padded():
    """The batch with lengths of mean T/2; PyTorch twice: computing the padding, and packed."""
    return [Case(f"{cell} padded", ["padded", "--cell", cell],
                 {"PyTorch, padding computed": lambda threads, cell=cell: torch_nets.layer(cell, 100, 64, 256, 64),
                  "PyTorch, packed": lambda threads, cell=cell: torch_nets.layer(cell, 100, 64, 256, 64, packed=True)}) for cell in ("lstm", "gru")]


def layer(onednn, sizes, precision="f32"):
    """sizes: T, B, H. onednn: threads, sizes and precision -> milliseconds, or None."""
    cases = []
    for size in sizes:
        for cell in ("lstm", "gru"):
            case = Case("{} layer T{} B{} H{}".format(cell, *size), ["layer", "--cell", cell, "--precision", precision, *arguments(*size)],
                        {"PyTorch": lambda threads, s=(cell, *size, size[2]): torch_nets.layer(*s, bf16=precision == "bf16")})
            if cell == "lstm" and onednn:
                case.programs["oneDNN"] = lambda threads, s=size: onednn(threads, *s, precision)
            cases.append(case)
    return cases


def bf16(onednn, multiplies):
    """The listing and layers in bfloat16. Without its instructions it is not faster, and PyTorch refuses it."""
    if not multiplies:
        return []
    own = [Case(f"{cell} epoch", ["listing", "--cell", cell, "--precision", "bf16"],
                {"PyTorch": lambda threads, cell=cell: torch_nets.epoch(cell, bf16=True)}) for cell in CELLS]
    return own + layer(onednn, [(20, 32, 128), (100, 64, 512)], "bf16")


def arguments(steps, batch, hidden):
    return ["--steps", str(steps), "--batch", str(batch), "--hidden", str(hidden)]


def alone(ours):
    """Cases compared with the machine's peak, or among ours. ours: threads and arguments -> milliseconds."""
    return [*(Case(f"gemm M64 K{hidden} N{4 * hidden}", ["gemm", "--cell", "lstm", *arguments(1, 64, hidden)]) for hidden in (512, 1024)),
            Case("lstm layer T128 B64 H1024", ["layer", "--cell", "lstm", *arguments(128, 64, 1024)]),
            *(Case(f"{cell} denormal", ["denormal", "--cell", cell]) for cell in CELLS),
            Case("gru epoch", ["listing", "--cell", "gru"], programs={"Recurra's LSTM": lambda threads: ours(threads, ["listing", "--cell", "lstm"])})]
