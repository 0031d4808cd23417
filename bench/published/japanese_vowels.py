#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""JapaneseVowels, the given split."""
import experiment

OPTIONS = ["--cell", "gru", "--hidden", 64, "--readout", "attention", "--dropout", 0.3, "--noise", 0.5, "--validation", 0, "--epochs", 60,
           "--batch", 32, "--lr", 0.003, "--schedule", "cosine", "--init", "pytorch", "--chrono", 0]

experiment.classify_given_split("japanese_vowels", "classification/JapaneseVowels_TRAIN.ts", "classification/JapaneseVowels_TEST.ts",
                                OPTIONS).finish()
