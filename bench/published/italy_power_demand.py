#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""ItalyPowerDemand, the given split."""
import experiment

OPTIONS = ["--cell", "gru", "--hidden", 32, "--readout", "last", "--dropout", 0.2, "--noise", 0.2, "--validation", 0, "--epochs", 150,
           "--batch", 16, "--lr", 0.002, "--schedule", "cosine", "--init", "pytorch",
           "--chrono", 0, "--ensemble", 1]

experiment.classify_given_split("italy_power_demand", "classification/ItalyPowerDemand_TRAIN.ts",
                                "classification/ItalyPowerDemand_TEST.ts", OPTIONS).finish()
