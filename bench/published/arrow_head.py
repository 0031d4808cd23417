#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""ArrowHead, the given split."""
import experiment

OPTIONS = ["--cell", "gru", "--hidden", 32, "--readout", "mean", "--dropout", 0.2, "--noise", 0.1, "--validation", 0, "--epochs", 150,
           "--batch", 12, "--lr", 0.003, "--schedule", "cosine"]

experiment.classify_given_split("arrow_head", "classification/ArrowHead_TRAIN.ts", "classification/ArrowHead_TEST.ts", OPTIONS).finish()
