#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""UPOS tags of the treebank UD English ParTUT, the given parts, defaults alone."""
import experiment

SEEDS = (1, 2, 3)
TAGGING = "tagging/en_partut-ud-{}.conllu"


def main():
    e = experiment.Experiment("partut_upos")
    train, test = e.need(TAGGING.format("train")), e.need(TAGGING.format("test"))
    runs = [e.run(f"seed{seed}", "tag", "train", train, "--test", test, "--out", e.work / f"{seed}.safetensors", "--seed", seed) for seed in SEEDS]
    accuracy, minutes = {}, 0
    for result, took in (run.result() for run in runs):
        minutes += took
        for method in result["test"]["methods"]:
            accuracy.setdefault(method["method"], []).append(method["token_accuracy"])
    net, *baselines = accuracy
    e.row(f"{net}, defaults", "token accuracy", accuracy[net], minutes, list(SEEDS))
    for method in baselines:
        e.row(method, "token accuracy", accuracy[method][:1])
    e.command = f"recurra tag train {train.name} --test {test.name} --seed 1|2|3"
    e.finish()


main()
