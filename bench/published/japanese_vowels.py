#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""JapaneseVowels, the given split."""
import experiment

OPTIONS = ["--cell", "gru", "--hidden", 64, "--readout", "mean", "--dropout", 0.3, "--noise", 0.3, "--validation", 0, "--epochs", 120,
           "--batch", 32, "--lr", 0.002, "--schedule", "cosine"]

experiment.classify_given_split("japanese_vowels", "classification/JapaneseVowels_TRAIN.ts", "classification/JapaneseVowels_TEST.ts",
                                OPTIONS).finish()
