#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares Recurra with PyTorch, ONNX Runtime and oneDNN in turns (A B A B), at the same thread counts, in one run.

Run by `./run bench --rivals`. Results are kept in OUT/rivals.json, section by section, so that a long comparison can be
made in parts (--only); OUT/rivals.md and OUT/rivals.tsv (for the plot) are written from all that are there.
"""
import argparse
import datetime
import importlib.metadata
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

import goals

ROUNDS, SAMPLES, SAMPLE_S = 5, 5, 0.002  # 25 samples of each side
PLOTTED = ("listing", "large layer")  # training; the ratios of single steps would dwarf it


def timed(call):
    """Milliseconds of a call: the median of SAMPLES samples, each of as many calls as fill two milliseconds."""
    call()
    start = time.perf_counter()
    call()
    calls = max(1, round(SAMPLE_S / (time.perf_counter() - start)))
    taken = []
    for _ in range(SAMPLES):
        start = time.perf_counter()
        for _ in range(calls):
            call()
        taken.append(1000 * (time.perf_counter() - start) / calls)
    return statistics.median(taken)


def ours(recurra, arguments, threads):
    line = subprocess.run([recurra, "bench", *arguments, "--threads", str(threads), "--samples", str(SAMPLES), "--json"], capture_output=True, text=True,
                          check=True).stdout
    return json.loads(line)


def onednn_call(program):
    def make(threads, *sizes):
        environment = os.environ | {"OMP_NUM_THREADS": str(threads)}
        line = subprocess.run([program, *map(str, sizes), str(SAMPLES)], capture_output=True, text=True, check=True, env=environment).stdout
        return json.loads(line)["ms_median"]

    return make


def compare(recurra, case, threads):
    """One row: medians over the rounds, and the median of the rounds' ratios."""
    import torch

    torch.set_num_threads(threads)
    own, theirs = [], {name: [] for name in [*case.rivals, *case.programs]}
    for _ in range(ROUNDS):
        own.append(ours(recurra, case.ours, threads))
        for name, make in case.rivals.items():  # made anew: an idle pool of ONNX Runtime spins, and would slow the next
            theirs[name].append(timed(make(threads)))
        for name, run in case.programs.items():
            theirs[name].append(run(threads))
    ms = [r["ms_median"] for r in own]
    row = {"case": case.name, "threads": threads, "isa": own[0]["isa"], "ms": statistics.median(ms), "ms_low": min(ms), "ms_high": max(ms),
           "peak_gflops": statistics.median(r["peak_gflops"] for r in own), "peak_fraction": None,
           "rivals": {name: {"ms": statistics.median(t), "ratio": statistics.median(b / a for a, b in zip(ms, t)), "best": min(t) / min(ms)} for name, t in theirs.items()}}
    for field in ("peak_fraction", "of_full", "of_ordinary"):
        if own[0].get(field) is not None:
            row[field] = statistics.median(r[field] for r in own)
    return row


def multiplies_bf16(recurra):
    info = subprocess.run([recurra, "info", "--json"], capture_output=True, text=True, check=True).stdout
    return json.loads(info)["bf16"] != "emulated"


def resident(what):
    """VmRSS or VmHWM of this process in bytes."""
    line = next(line for line in pathlib.Path("/proc/self/status").read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) * 1024


def torch_memory(cell):
    """Memory of training, above that of the loaded library with a very small net, in a separate process."""
    code = f"""
import pathlib, sys
sys.path.insert(0, {str(pathlib.Path(__file__).parent)!r})
import rivals, torch, torch_nets
torch.set_num_threads(1)
torch_nets.epoch('{cell}', 8)()
pathlib.Path('/proc/self/clear_refs').write_text('5')  # lowers the high-water mark to what is held now
before, call = rivals.resident('VmRSS'), torch_nets.epoch('{cell}')
call(), call()
print(rivals.resident('VmHWM') - before)"""
    return int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


def memory(recurra):
    rows = []
    for cell in ("lstm", "gru", "rnn"):
        line = subprocess.run([recurra, "bench", "listing", "--cell", cell, "--threads", "1", "--samples", "3", "--json"], capture_output=True, text=True,
                              check=True).stdout
        counted = json.loads(line)
        rows.append({"cell": cell, "bytes": counted["memory_bytes"], "goal": counted["memory_goal_bytes"], "PyTorch": torch_memory(cell)})
    return rows


def command(recurra):
    """Time of `recurra --version`, and the size of the command."""
    call = lambda: subprocess.run([recurra, "--version"], capture_output=True, check=True)
    return {"version_ms": statistics.median(timed(call) for _ in range(ROUNDS)), "bytes": os.stat(recurra).st_size}


def machine():
    name = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.processor())
    versions = {p: importlib.metadata.version(p).split("+")[0] for p in ("torch", "onnxruntime")}
    return {"processor": name, "cores": os.cpu_count(), "date": datetime.date.today().isoformat(), "versions": versions}


def number(ms):
    return f"{ms:.4f}" if ms < 0.1 else f"{ms:.3f}" if ms < 1 else f"{ms:.1f}"


def write_table(out, results):
    m = results["machine"]
    lines = [f"{m['processor']}, {m['cores']} cores, {m['date']}; PyTorch {m['versions']['torch']}, ONNX Runtime {m['versions']['onnxruntime']}. Milliseconds,"
             f" median of {ROUNDS} rounds in turns of {SAMPLES} samples; a ratio above 1: Recurra is faster. Best: the ratio of each"
             " side's best round, which a busy machine disturbs least."]
    bars = []
    lines += ["", "### goals", "", *goals.table(results)]
    for section, rows in results["sections"].items():
        rivals = list(dict.fromkeys(name for row in rows for name in row["rivals"]))
        lines += ["", f"### {section}", "", "| case | threads | ISA | Recurra | of peak |" + "".join(f" {r} | ratio | best |" for r in rivals),
                  "|---|---|---|---|---|" + "---|---|---|" * len(rivals)]
        for row in rows:
            cells = []
            for name in rivals:
                rival = row["rivals"].get(name)
                cells += [number(rival["ms"]), f"{rival['ratio']:.2f}", f"{rival['best']:.2f}"] if rival else ["-", "-", "-"]
                if rival and name == "PyTorch" and section in PLOTTED:
                    bars.append((f"{row['case'].split(' T')[0]}, {row['threads']} thr.", rival["ratio"]))
            fraction = "-" if row["peak_fraction"] is None else f"{100 * row['peak_fraction']:.0f} %"
            lines.append(f"| {row['case']} | {row['threads']} | {row['isa']} | {number(row['ms'])} | {fraction} |" + "".join(f" {cell} |" for cell in cells))
    if "memory" in results:
        lines += ["", "### memory", "", "Peak memory of training the listing on one thread, above what the process held after a step of a net of 8 units, MiB.", "",
                  "| cell | Recurra | 1.2 x (6 x parameters + saved activations + data) | PyTorch |", "|---|---|---|---|"]
        lines += [f"| {r['cell']} | {r['bytes'] / 2**20:.1f} | {r['goal'] / 2**20:.1f} | {r['PyTorch'] / 2**20:.1f} |" for r in results["memory"]]
    (out / "rivals.md").write_text("\n".join(lines) + "\n")
    (out / "rivals.tsv").write_text("".join(f"{label}\t{value:.3f}\n" for label, value in bars))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recurra", help="the command")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/rivals"))
    parser.add_argument("--onednn", help="the program built from onednn.cc")
    parser.add_argument("--threads", type=int, nargs="+", default=sorted({1, min(2, os.cpu_count() or 1)}))
    parser.add_argument("--only", nargs="+", choices=["listing", "infer", "step", "padded", "layer", "large layer", "bf16", "alone", "memory", "command"])
    options = parser.parse_args()
    import cases  # after --help: it imports PyTorch

    onednn = onednn_call(options.onednn) if options.onednn else None
    sections = {"listing": cases.listing, "infer": cases.infer, "step": cases.step, "padded": cases.padded,
                "layer": lambda: cases.layer(onednn, [(20, 32, 128)]), "large layer": lambda: cases.layer(onednn, [(100, 64, 512)]),
                "bf16": lambda: cases.bf16(onednn, multiplies_bf16(options.recurra)),
                "alone": lambda: cases.alone(lambda threads, arguments: ours(options.recurra, arguments, threads)["ms_median"])}
    options.out.mkdir(parents=True, exist_ok=True)
    kept = options.out / "rivals.json"
    results = json.loads(kept.read_text()) if kept.exists() else {"sections": {}}
    results["machine"] = machine()
    singles = {"memory": memory, "command": command}
    for section in options.only or [*sections, *singles]:
        if section in singles:
            results[section] = singles[section](options.recurra)
        else:
            rows = results["sections"][section] = []
            for threads in [1] if section == "step" else options.threads:
                for case in sections[section]():
                    rows.append(compare(options.recurra, case, threads))
                    row = rows[-1]
                    print(f"{section}: {row['case']}, {threads} threads: {number(row['ms'])} ms;", *(f"{n} {number(r['ms'])} ({r['ratio']:.2f}x)" for n, r in row["rivals"].items()), flush=True)
        kept.write_text(json.dumps(results, indent=1) + "\n")
        write_table(options.out, results)


if __name__ == "__main__":
    main()
