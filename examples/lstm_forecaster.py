# SPDX-License-Identifier: Apache-2.0
# The seed listing in PyTorch: pip install torch && python3 examples/lstm_forecaster.py
import torch
from torch import nn


class Forecaster(nn.Module):
    def __init__(self, input_size=10, hidden_size=128, layers=2, output_size=1, dropout=0.2):
        super().__init__()
        self.lstm = nn.LSTM(input_size, hidden_size, layers, batch_first=True, dropout=dropout)
        self.head = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        y, _ = self.lstm(x)
        return self.head(y[:, -1])


torch.manual_seed(1)
x = torch.rand(500, 20, 10) * 2 - 1
y = 0.2 * x[:, :, 0].sum(dim=1, keepdim=True)  # of ten inputs the first counts, at every step

net = Forecaster()
adam = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(20):
    total = 0.0
    for rows in torch.randperm(500).split(32):
        loss = nn.functional.mse_loss(net(x[rows]), y[rows])
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        total += loss.item() * len(rows)
    print(f"epoch {epoch + 1:2d}  loss {total / 500:.4f}")
