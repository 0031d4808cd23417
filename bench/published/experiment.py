# SPDX-License-Identifier: Apache-2.0
"""The common part of all experiments of bench/published: arguments, cached runs of the command, and the result.

A script is called as `python3 NAME.py RECURRA DATA WORK [--jobs N] [--threads T]`: the command, the folder of public data, a
folder in which finished runs are kept, so that a script that was stopped goes on where it was, how many runs may go side by
side, and the threads of each (default: the processors shared out). It prints one JSON object:
{"command", "rows": [{"what", "metric", "values", "minutes", "seeds"}], "notes"}; run.py adds the machine and makes the table.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import time

# The settings for tinyshakespeare, which two experiments train by.
TINYSHAKESPEARE = ["--cell", "lstm", "--hidden", 384, "--embedding", 64, "--dropout", 0.3, "--batch", 32, "--chunk", 96, "--lr", 0.003,
                   "--schedule", "cosine", "--epochs", 12, "--split", "0.9,0,0.1", "--forget-bias", 1]


class Experiment:
    def __init__(self, name):
        parser = argparse.ArgumentParser(description=f"The experiment {name} of bench/published")
        parser.add_argument("recurra", help="the command")
        parser.add_argument("data", type=pathlib.Path, help="the folder of public data")
        parser.add_argument("work", type=pathlib.Path, help="a folder for what is finished")
        parser.add_argument("--jobs", type=int, default=1)
        parser.add_argument("--threads", type=int)
        options = parser.parse_args()
        self.recurra, self.data, self.work = options.recurra, options.data, options.work / name
        self.threads = options.threads or max(1, len(os.sched_getaffinity(0)) // options.jobs)
        self.pool = concurrent.futures.ThreadPoolExecutor(options.jobs)
        self.work.mkdir(parents=True, exist_ok=True)
        self.rows, self.notes, self.command = [], [], ""
        self.processor_minutes = {}  # of each finished run, by its name; not of one that was resumed

    def need(self, path):
        """A file of the public data; where it is absent, the experiment ends with status 3."""
        if not (self.data / path).exists():
            print(f"{self.data / path} is absent: see docs/results.md for where the data come from", file=sys.stderr)
            sys.exit(3)
        return self.data / path

    def run(self, name, *arguments, program=None):
        """A future of what `recurra ARGUMENTS --json` prints, and of how many minutes it took. Kept by its name and arguments.

        A training run writes a checkpoint each epoch and goes on from it. program: one of bench/programs instead, which
        resumes by itself.
        """
        return self.pool.submit(self.run_now, name, [str(a) for a in arguments], program)

    def run_now(self, name, arguments, program):
        key = hashlib.sha256("\0".join(arguments).encode()).hexdigest()[:12]
        kept = self.work / f"{name}-{key}.json"
        if not kept.exists():
            print("+", program or "recurra", *arguments, file=sys.stderr, flush=True)
            state, spent = self.work / f"{name}-{key}.checkpoint", self.work / f"{name}-{key}.minutes"
            more = ["--threads", str(self.threads)]
            if program:
                command = [pathlib.Path(self.recurra).resolve().parent.parent / "bench" / program, *arguments, *more, "--checkpoint", state]
            else:
                keep = ["--checkpoint", state] if arguments[1] == "train" else []
                resume = ["--resume", state] if state.exists() else []  # a run that was stopped left it
                command = [self.recurra, *arguments, *more, *keep, *resume, "--quiet", "--json"]
            start, before = time.monotonic(), json.loads(spent.read_text()) if state.exists() and spent.exists() else 0
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
                printed = child.stdout.read()
                _, status, used = os.wait4(child.pid, 0)
                child.returncode = os.waitstatus_to_exitcode(status)
            minutes = before + (time.monotonic() - start) / 60
            if child.returncode != 0:
                self.save(spent, minutes)
                self.pool.shutdown(wait=False, cancel_futures=True)  # waiting runs no longer start
                raise subprocess.CalledProcessError(child.returncode, command)
            self.save(kept, {"result": json.loads(printed), "minutes": minutes, "processor_minutes": (used.ru_utime + used.ru_stime) / 60})
            for done in (state, spent):
                done.unlink(missing_ok=True)
        saved = json.loads(kept.read_text())
        self.processor_minutes[name] = saved.get("processor_minutes")
        return saved["result"], saved["minutes"]

    @staticmethod
    def save(path, value):
        part = path.with_suffix(".part")
        part.write_text(json.dumps(value))
        part.replace(path)

    def row(self, what, metric, values, minutes=None, seeds=None):
        self.rows.append({"what": what, "metric": metric, "values": values, "minutes": minutes, "seeds": seeds})

    def finish(self):
        print(json.dumps({"command": self.command, "rows": self.rows, "notes": self.notes}))


def accuracies(evaluation):
    """Accuracy by method of what `recurra classify` printed."""
    return {m["method"]: m["accuracy"] for m in evaluation["methods"]}


def classify_given_split(name, train, test, options, seeds=(1, 2, 3)):
    """Trains with each seed on the given training part and scores on the given test part, beside the baselines."""
    e = Experiment(name)
    train, test = e.need(train), e.need(test)
    by_method, minutes = {}, 0
    runs = [e.run(f"seed{seed}", "classify", "train", train, "--test", test, "--out", e.work / f"{seed}.safetensors", "--seed", seed, *options)
            for seed in seeds]
    for result, took in (run.result() for run in runs):
        minutes += took
        for method, accuracy in accuracies(result["test"]).items():
            by_method.setdefault(method, []).append(accuracy)
    e.command = f"recurra classify train {train.name} --test {test.name} {' '.join(map(str, options))} --seed 1|2|3"
    net, *baselines = by_method
    e.row(net, "accuracy", by_method[net], minutes, list(seeds))
    for method in baselines:
        e.row(method, "accuracy", by_method[method][:1])
    return e
