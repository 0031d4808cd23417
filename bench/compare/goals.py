# SPDX-License-Identifier: Apache-2.0
"""The goals of speed and memory with the measured values: a table for rivals.md."""
import dataclasses
from collections.abc import Callable

BOTH = (1, 2)  # threads


@dataclasses.dataclass
class Goal:
    what: str
    measured: Callable[[dict], list[float]]  # results -> values that must all meet it; none: not measured yet
    limit: float
    unit: str = ""
    at_least: bool = False

    def met(self, values):
        return min(values) >= self.limit if self.at_least else max(values) <= self.limit


def rows(results, section, case, threads):
    return [row for row in results["sections"].get(section, []) if case in row["case"] and row["threads"] in threads]


def faster(section, case, rival, threads=BOTH):
    return lambda results: [row["rivals"][rival]["ratio"] for row in rows(results, section, case, threads)]


def field(section, case, name, scale=1.0, threads=BOTH):
    return lambda results: [scale * row[name] for row in rows(results, section, case, threads)]


def single(section, name, scale):
    return lambda results: [scale * results[section][name]] if section in results else []


def training(isa):
    """Relative to PyTorch; with AVX-512 its kernels are better, and the goals differ."""
    limits = {"lstm": (1.4, 2.5)} if isa == "avx512" else {"lstm": (1.8, 3), "gru": (3, 6), "rnn": (3, 5)}
    return [Goal(f"{cell} epoch vs PyTorch, {t} thr.", faster("listing", cell, "PyTorch", [t]), limit, "x", True)
            for cell, pair in limits.items() for t, limit in zip(BOTH, pair)]


def of_peak():
    cases = (("lstm epoch", "listing", "lstm", (65, 55)), ("GEMM, H 512 and 1024", "alone", "gemm", (80, 75)),
             ("lstm layer, H 512", "large layer", "lstm", (80, 75)), ("lstm layer, H 1024", "alone", "lstm layer", (80, 75)))
    return [Goal(f"{what}, of peak, {t} thr.", field(section, case, "peak_fraction", 100, [t]), limit, " %", True)
            for what, section, case, limits in cases for t, limit in zip(BOTH, limits)]


def steps():
    return [Goal(f"{cell} step, f32 weights, vs {rival}", faster("step", f"{cell} step, f32", rival, [1]), limit, "x", True)
            for cell in ("lstm", "gru", "rnn") for rival, limit in (("PyTorch", 10), ("ONNX Runtime", 3))]


def others():
    return [Goal("padded batch of mean length T/2, of the full one", field("padded", "padded", "of_full"), 0.55),
            Goal("denormals, of ordinary numbers", field("alone", "denormal", "of_ordinary"), 1.05),
            Goal("gru epoch, of the lstm's", lambda results: [1 / x for x in faster("alone", "gru epoch", "Recurra's LSTM")(results)], 0.8),
            Goal("`recurra --version`", single("command", "version_ms", 1), 20, " ms"),
            Goal("size of the command", single("command", "bytes", 1e-6), 10, " MB"),
            Goal("memory of training, of 1.2 x (6 x parameters + saved activations + data)",
                 lambda results: [row["bytes"] / row["goal"] for row in results.get("memory", [])], 1)]


def table(results):
    isa = next((row["isa"] for section in results["sections"].values() for row in section), "")
    lines = ["| what | goal | measured | |", "|---|---|---|---|"]
    for goal in [*training(isa), *of_peak(), *steps(), *others()]:
        values = goal.measured(results)
        if values:
            numbers = ", ".join(f"{value:.3g}" for value in values)
            sign = "at least" if goal.at_least else "at most"
            lines.append(f"| {goal.what} | {sign} {goal.limit:g}{goal.unit} | {numbers}{goal.unit} | {'met' if goal.met(values) else 'missed'} |")
    return lines
