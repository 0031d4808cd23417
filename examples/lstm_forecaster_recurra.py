# SPDX-License-Identifier: Apache-2.0
# The seed listing in Python with Recurra: ./run python && build/python/bin/python examples/lstm_forecaster_recurra.py
import numpy as np
import recurra


class Forecaster(recurra.Module):
    def __init__(self, input_size=10, hidden_size=128, layers=2, output_size=1, dropout=0.2):
        super().__init__()
        self.lstm = recurra.Recurrent("lstm", input_size, hidden_size, layers, batch_first=True, dropout=dropout)
        self.head = recurra.Linear(hidden_size, output_size)

    def forward(self, tape, x):
        return self.head(tape, recurra.read_out(tape, "last", self.lstm(tape, x)))


x = recurra.Random(seed=1).uniform(-1, 1, (500, 20, 10))
y = np.zeros((500, 1), np.float32)
for t in range(20):  # of ten inputs the first counts, at every step
    y += 0.2 * x[:, t, :1]

net = Forecaster()
recurra.initialize(net.parameters(), seed=1)
block = recurra.ParameterBlock(net.parameters())
adam = recurra.Adam(block, learning_rate=1e-3)
order = recurra.BatchOrder(500, 32, shuffle=True, seed=1)
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
    print(f"epoch {epoch + 1:2d}  loss {total / 500:.4f}")
