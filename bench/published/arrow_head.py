#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""ArrowHead, the given split."""
import experiment

OPTIONS = ["--cell", "gru", "--hidden", 24, "--readout", "max", "--noise", 0.1, "--init", "orthogonal", "--chrono", 100, "--validation", 0,
           "--epochs", 150, "--batch", 6, "--lr", 0.005, "--schedule", "cosine", "--ensemble", 1]

experiment.classify_given_split("arrow_head", "classification/ArrowHead_TRAIN.ts", "classification/ArrowHead_TEST.ts", OPTIONS).finish()
