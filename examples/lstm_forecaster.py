# SPDX-License-Identifier: Apache-2.0
# The seed listing in PyTorch: pip install torch && python3 examples/lstm_forecaster.py
import csv
import pathlib

import torch
from torch import nn


class Forecaster(nn.Module):
    def __init__(self, input_size=1, hidden_size=32, layers=2, output_size=1, dropout=0.2):
        super().__init__()
        self.lstm = nn.LSTM(input_size, hidden_size, layers, batch_first=True, dropout=dropout)
        self.head = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        y, _ = self.lstm(x)
        return self.head(y[:, -1])


torch.manual_seed(1)
with open(pathlib.Path(__file__).parent / "data" / "england_wales_demand.csv") as file:
    series = torch.tensor([float(row["demand"]) for row in csv.DictReader(file)])  # half-hours, in MW
train_end, test_start = 2800, 3200  # by time: the newest rows are the test
low, high = series[:train_end].min(), series[:train_end].max()  # of the training rows alone
scaled = (series - low) / (high - low)


def windows(first, last, lookback=48):  # the day before each of these rows, and the row itself
    return torch.stack([scaled[t - lookback : t, None] for t in range(first, last)]), scaled[first:last, None]


def error(forecast):  # mean absolute error on the test rows, in MW
    return (forecast - series[test_start:]).abs().mean().item()


x, y = windows(48, train_end)
x_new, y_new = windows(train_end, test_start)
x_test, _ = windows(test_start, len(series))
net = Forecaster()
adam = torch.optim.Adam(net.parameters(), lr=3e-3)
for epoch in range(20):
    net.train()
    total = 0.0
    for rows in torch.randperm(len(x)).split(32):
        loss = nn.functional.mse_loss(net(x[rows]), y[rows])
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        total += loss.item() * len(rows)
    net.eval()  # no dropout
    with torch.no_grad():
        validation = nn.functional.mse_loss(net(x_new), y_new).item()
    print(f"epoch {epoch + 1:2d}  loss {total / len(x):.5f}  validation {validation:.5f}")

with torch.no_grad():
    print(f"net {error(low + (high - low) * net(x_test)[:, 0]):.0f} MW")
for name, steps in ("last value", 1), ("day ago", 48), ("week ago", 336):
    print(f"{name} {error(series[test_start - steps : -steps]):.0f} MW")
