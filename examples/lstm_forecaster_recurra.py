# SPDX-License-Identifier: Apache-2.0
# The seed listing in Python with Recurra: ./run python && build/python/bin/python examples/lstm_forecaster_recurra.py
import csv
import pathlib

import numpy as np
import recurra


class Forecaster(recurra.Module):
    def __init__(self, input_size=1, hidden_size=32, layers=2, output_size=1, dropout=0.2):
        super().__init__()
        self.lstm = recurra.Recurrent("lstm", input_size, hidden_size, layers, batch_first=True, dropout=dropout)
        self.head = recurra.Linear(hidden_size, output_size)

    def forward(self, tape, x):
        return self.head(tape, recurra.read_out(tape, "last", self.lstm(tape, x)))


with open(pathlib.Path(__file__).parent / "data" / "england_wales_demand.csv") as file:
    series = np.array([float(row["demand"]) for row in csv.DictReader(file)])  # half-hours, in MW
train_end, test_start = 2800, 3200  # by time: the newest rows are the test
low, high = series[:train_end].min(), series[:train_end].max()  # of the training rows alone
scaled = ((series - low) / (high - low)).astype(np.float32)


def windows(first, last, lookback=48):  # the day before each of these rows, and the row itself
    return np.stack([scaled[t - lookback : t, None] for t in range(first, last)]), scaled[first:last, None]


def error(forecast):  # mean absolute error on the test rows, in MW
    return np.abs(forecast - series[test_start:]).mean()


x, y = windows(48, train_end)
x_new, y_new = windows(train_end, test_start)
x_test, _ = windows(test_start, len(series))
net = Forecaster()
recurra.initialize(net.parameters(), seed=1)
block = recurra.ParameterBlock(net.parameters())
adam = recurra.Adam(block, learning_rate=3e-3)
order = recurra.BatchOrder(len(x), 32, shuffle=True, seed=1)
for epoch in range(20):
    total = 0.0
    for rows in order.epoch(epoch):
        tape = recurra.Tape(seed=1, step=adam.steps)
        loss = recurra.mse_loss(tape, net(tape, x[rows]), y[rows])
        block.zero_grad()
        tape.backward(loss)
        recurra.clip_grad_norm(block, 1.0)
        adam.step()
        total += loss.item() * len(rows)
    tape = recurra.Tape(record=False, training=False)  # no dropout
    validation = recurra.mse_loss(tape, net(tape, x_new), y_new).item()
    print(f"epoch {epoch + 1:2d}  loss {total / len(x):.5f}  validation {validation:.5f}")

tape = recurra.Tape(record=False, training=False)
print(f"net {error(low + (high - low) * net(tape, x_test).value[:, 0].astype(float)):.0f} MW")
for name, steps in ("last value", 1), ("day ago", 48), ("week ago", 336):
    print(f"{name} {error(series[test_start - steps : -steps]):.0f} MW")
