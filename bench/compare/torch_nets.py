# SPDX-License-Identifier: Apache-2.0
"""PyTorch's side: each function returns one call that does what `recurra bench` times under the same name."""
import torch
from torch import nn

LAYERS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}
ITEMS, STEPS, INPUTS, HIDDEN, BATCH = 500, 20, 10, 128, 32


class Net(nn.Module):
    """The seed listing at the size of bench/listing.h."""

    def __init__(self, cell, hidden=HIDDEN, inputs=INPUTS, layers=2):
        super().__init__()
        torch.manual_seed(1)
        self.rnn = LAYERS[cell](inputs, hidden, layers, batch_first=True, dropout=0.2 if layers > 1 else 0.0)
        self.head = nn.Linear(hidden, 1)

    def forward(self, x, state=None):
        y, state = self.rnn(x, state)
        return self.head(y[:, -1]), state


def epoch(cell, hidden=HIDDEN, bf16=False):
    x, y, net = torch.rand(ITEMS, STEPS, INPUTS) * 2 - 1, torch.rand(ITEMS, 1), Net(cell, hidden)
    adam = torch.optim.Adam(net.parameters(), lr=1e-3)

    def call():
        for rows in torch.randperm(ITEMS).split(BATCH):
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
                loss = nn.functional.mse_loss(net(x[rows])[0].float(), y[rows])
            adam.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            adam.step()

    return call


def window(cell, batch):
    net, x = Net(cell).eval(), torch.rand(batch, STEPS, INPUTS)

    @torch.inference_mode()
    def call():
        return net(x)[0]

    return call


def step(cell, hidden=HIDDEN, inputs=INPUTS, layers=2):
    net, x, state = Net(cell, hidden, inputs, layers).eval(), torch.rand(1, 1, inputs), None

    @torch.inference_mode()
    def call():
        nonlocal state
        y, state = net(x, state)
        return y

    return call


def layer(cell, steps, batch, hidden, inputs, packed=False, bf16=False):
    """One layer forward and backward; packed: lengths spread over 1..steps as ours; bf16: under autocast."""
    net, x, dy = LAYERS[cell](inputs, hidden), torch.rand(steps, batch, inputs, requires_grad=True), torch.rand(steps, batch, hidden)
    lengths = torch.tensor([max(1, steps * (2 * b + 1) // (2 * batch)) for b in range(batch)])

    def call():
        for p in (x, *net.parameters()):
            p.grad = None
        if packed:
            y, _ = net(nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False))
            y, _ = nn.utils.rnn.pad_packed_sequence(y, total_length=steps)
        else:
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
                y, _ = net(x)
        y.backward(dy.to(y.dtype))

    return call
