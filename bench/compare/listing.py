#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The seed listing's epoch, Recurra and PyTorch in turns: A B A B, so that a noisy machine is noisy for both.

    pip install torch && python3 bench/compare/listing.py build/release/bench/recurra_bench
"""
import json
import statistics
import subprocess
import sys
import time

import torch
from torch import nn

ROUNDS = 5


class Net(nn.Module):
    def __init__(self, cell):
        super().__init__()
        self.rnn = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[cell](10, 128, 2, batch_first=True, dropout=0.2)
        self.head = nn.Linear(128, 1)

    def forward(self, x):
        return self.head(self.rnn(x)[0][:, -1])


def torch_epochs(cell, threads, samples):
    """Milliseconds of each epoch, the first two left out."""
    torch.set_num_threads(threads)
    x, y, net = torch.rand(500, 20, 10) * 2 - 1, torch.rand(500, 1), Net(cell)
    adam = torch.optim.Adam(net.parameters(), lr=1e-3)
    taken = []
    for _ in range(samples + 2):
        start = time.perf_counter()
        for rows in torch.randperm(500).split(32):
            loss = nn.functional.mse_loss(net(x[rows]), y[rows])
            adam.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            adam.step()
        taken.append(1000 * (time.perf_counter() - start))
    return taken[2:]


def main():
    print(f"torch {torch.__version__.split('+')[0]}, median ms of an epoch over {ROUNDS} rounds in turns")
    for threads in (1, 2):
        for cell in ("lstm", "gru", "rnn"):
            ours, theirs = [], []
            for _ in range(ROUNDS):
                line = subprocess.run([sys.argv[1], "--threads", str(threads), "--cell", cell, "--samples", "20"], capture_output=True,
                                      text=True, check=True).stdout
                result = json.loads(line)
                ours.append(result["ms_median"])
                theirs.append(statistics.median(torch_epochs(cell, threads, 5)))
            a, b = statistics.median(ours), statistics.median(theirs)
            print(f"{cell:4s} {threads} thread{'s' if threads > 1 else ' '}  recurra {a:7.1f}  torch {b:7.1f}  ratio {b / a:.2f}  ({result['isa']})", flush=True)


if __name__ == "__main__":
    main()
