#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The time of a training step on N ranks: a model of computation, bytes and latency, fitted to bench/scale.json.

    python3 bench/scale_model.py bench/scale.json --svg docs/images/scale.svg

prints the tables of docs/scale.md and plots 1 to 1,000 ranks. Seconds of a step with a batch of B sequences:

    T(N, B) = B A / N + W P (1 - 1/N) + 6 ((N - 1) M + D) + 8 P (N - 1) / (N R)

A: processor time of a step on one rank, per sequence. P: number of parameters. W: processor time per parameter that is
spent on every rank (clipping, update, copies to and from messages). 6: exchanges per step, each with one message to every
other rank (processor time M per message) and one network delay D. 8 P (N - 1) / N: bytes that a rank sends, at the rate R
of the network. A and W are fitted to measured processor time, M is assumed, D and R are properties of the network.
"""
import argparse
import json
import math
import pathlib
import statistics

EXCHANGES = 6  # losses 2, gradients 2, whether to stop 2: recurra/train/distributed
NETWORKS = {"1 Gbit/s, 1 ms": (1e-3, 1e9 / 8), "25 Gbit/s, 20 µs": (20e-6, 25e9 / 8)}
EFFICIENT = 0.9
RANKS = (2, 8, 64, 1000)
PER_MESSAGE = 5e-6  # seconds of a processor; assumed, since two ranks do not tell it from the rest


class Model:
    """Of one workload."""

    def __init__(self, step, run, per_parameter):
        self.measured_batch, self.parameters = run["batch"], run["parameters"]
        self.per_sequence, self.per_parameter = step / run["batch"], per_parameter

    def overhead(self, ranks, delay, rate):
        """Seconds of a step that do not depend on the batch size."""
        if ranks == 1:
            return 0.0
        share = 1 - 1 / ranks
        return (self.per_parameter * self.parameters * share + EXCHANGES * ((ranks - 1) * PER_MESSAGE + delay)
                + 8 * self.parameters * share / rate)

    def seconds(self, ranks, batch, delay, rate):
        return batch * self.per_sequence / ranks + self.overhead(ranks, delay, rate)

    def efficiency(self, ranks, batch, delay, rate):
        return batch * self.per_sequence / ranks / self.seconds(ranks, batch, delay, rate)

    def efficient_batch(self, ranks, delay, rate):
        """At which the efficiency is EFFICIENT."""
        return EFFICIENT / (1 - EFFICIENT) * ranks * self.overhead(ranks, delay, rate) / self.per_sequence


def fit(runs):
    """A model for each workload, with a common W of at least 0: least squares of the time on N ranks above 1/N of the step
    on one rank, relative to that step."""
    groups = {}
    for run in runs:
        if run["threads"] == 1 and run["delay_ms"] is None:
            groups.setdefault(run["workload"], {}).setdefault(run["ranks"], []).append(run)
    rows = []
    for by_ranks in groups.values():
        step = statistics.median(run["step_cpu_s"] for run in by_ranks[1])
        for ranks, same in by_ranks.items():
            if ranks > 1:
                added = statistics.median(run["step_cpu_s"] for run in same) - step / ranks - EXCHANGES * (ranks - 1) * PER_MESSAGE
                rows.append((same[0]["parameters"] * (1 - 1 / ranks) / step, added / step))
    per_parameter = max(0.0, sum(x * y for x, y in rows) / sum(x * x for x, _ in rows))
    return {name: Model(statistics.median(run["step_cpu_s"] for run in by_ranks[1]), by_ranks[1][0], per_parameter) for name, by_ranks in groups.items()}


def measured_table(runs):
    """A row per configuration, with the medians of its rounds."""
    groups = {}
    for run in runs:
        groups.setdefault((run["workload"], run["ranks"], run["threads"], run["delay_ms"], run["mbit"]), []).append(run)
    alone = {key[0]: same for key, same in groups.items() if key[1:3] == (1, 1)}
    print("| net | ranks | threads in each | between them | ms of a step | ms of processor time | times as fast by processor time |\n|---|---|---|---|---|---|---|")
    for (workload, ranks, threads, delay, mbit), same in groups.items():
        wall, used, one = (statistics.median(run[name] for run in which)
                           for name, which in (("step_s", same), ("step_cpu_s", same), ("step_cpu_s", alone[workload])))
        between = "-" if ranks == 1 else "memory" if delay is None else f"{mbit / 1000:g} Gbit/s, {delay:g} ms"
        print(f"| {workload} | {ranks} | {threads} | {between} | {1000 * wall:.1f} | {1000 * used:.1f} | {one / used * threads:.2f} |")


def batch_table(models):
    print(f"| net | network | {' | '.join(f'{n} ranks' for n in RANKS)} |\n|---|---|{'---|' * len(RANKS)}")
    for name, model in models.items():
        for network, (delay, rate) in NETWORKS.items():
            print(f"| {name} | {network} | {' | '.join(f'{model.efficient_batch(n, delay, rate):,.0f}' for n in RANKS)} |")


STYLE = """:root { color-scheme: light dark; --paper: #fff; --ink: #1c1e21; --soft: #5b6168; --rule: #d9dce0; --c0: #0072b2; --c1: #d55e00; }
@media (prefers-color-scheme: dark) { :root { --paper: #14161a; --ink: #e8eaed; --soft: #a3a9b1; --rule: #33383f; --c0: #56b4e9; --c1: #f08a4b; } }
svg { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; } text { fill: var(--soft); } .label { fill: var(--ink); }
path { fill: none; stroke-width: 2; } .rule { stroke: var(--rule); stroke-width: 1; }"""


class Panel:
    """A diagram with the number of ranks on a logarithmic axis; `left` is its position in the drawing."""

    width, height, top = 270, 210, 40

    def __init__(self, left, title, ticks, place):
        self.left, self.place = left, place  # place(value): 0 at the bottom, 1 at the top
        self.parts = [f'<text class="label" x="{left}" y="20">{title}</text>']
        for value, label in ticks:
            y = self.y(value)
            self.parts.append(f'<path class="rule" d="M{left} {y:.1f}h{self.width}"/><text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
        for ranks in (1, 10, 100, 1000):
            self.parts.append(f'<text x="{self.x(ranks):.1f}" y="{self.top + self.height + 18}" text-anchor="middle">{ranks:,}</text>')
        self.parts.append(f'<text x="{left + self.width / 2}" y="{self.top + self.height + 36}" text-anchor="middle">ranks</text>')

    def x(self, ranks):
        return self.left + self.width * math.log10(ranks) / 3

    def y(self, value):
        return self.top + self.height * (1 - self.place(value))

    def line(self, value_of, style):
        points = [10 ** (3 * i / 60) for i in range(61)]
        points = sorted({1, *(n for n in points if n >= 2)})
        drawn = "L".join(f"{self.x(n):.1f} {self.y(value_of(n)):.1f}" for n in points if value_of(n) > 0)
        self.parts.append(f'<path d="M{drawn}" {style}/>')


def drawing(models):
    """Left: efficiency with the measured batch size per rank. Right: batch size at which the efficiency is EFFICIENT."""
    efficiency = Panel(50, "Efficiency, the measured batch per rank", [(v / 100, f"{v} %") for v in (0, 25, 50, 75, 100)], lambda v: v)
    batch = Panel(430, f"Batch size at {100 * EFFICIENT:.0f} % efficiency", [(10**p, f"{10**p:,}") for p in range(1, 8)],
                  lambda v: min(1, max(0, (math.log10(v) - 1) / 6)))
    legend = []
    for color, (name, model) in enumerate(models.items()):
        for dashed, (network, (delay, rate)) in enumerate(NETWORKS.items()):
            style = f'stroke="var(--c{color})"' + (' stroke-dasharray="5 4"' if dashed else "")
            efficiency.line(lambda n, m=model, d=delay, r=rate: m.efficiency(n, n * m.measured_batch, d, r), style)
            batch.line(lambda n, m=model, d=delay, r=rate: m.efficient_batch(n, d, r), style)
            x, y = 50 + 380 * color, 318 + 20 * dashed
            legend.append(f'<path d="M{x} {y - 4}h28" {style}/><text x="{x + 36}" y="{y}">{name}; {network}</text>')
    label = "Efficiency of shared trainings and the batch size they need, from 1 to 1,000 ranks"
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 730 350" role="img" aria-label="{label}"><style>', STYLE,
                      '</style><rect width="730" height="350" fill="var(--paper)"/>', *efficiency.parts, *batch.parts, *legend, "</svg>"]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measured", type=pathlib.Path)
    parser.add_argument("--svg", type=pathlib.Path)
    options = parser.parse_args()
    measured = json.loads(options.measured.read_text())
    models = fit(measured["runs"])
    print(f"{measured['processor']}, {measured['date']}, {measured['shards']} shards\n")
    measured_table(measured["runs"])
    first = next(iter(models.values()))
    print(f"\nW = {1e9 * first.per_parameter:.1f} ns per parameter")
    for name, model in models.items():
        print(f"{name}: A = {1000 * model.per_sequence:.3f} ms, P = {model.parameters}, measured with a batch of {model.measured_batch}")
    print(f"\nBatch size at which the efficiency is {100 * EFFICIENT:.0f} %:\n")
    batch_table(models)
    if options.svg:
        options.svg.write_text(drawing(models))


if __name__ == "__main__":
    main()
