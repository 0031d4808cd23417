#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/fixtures/pytorch/*.json: what PyTorch computes for layers, optimisers and ten steps of a training run.

    pip install torch numpy && python3 tools/make_fixtures/pytorch_fixtures.py

Numbers come from wave(), which the tests repeat, so the files hold only results. The tests never need PyTorch.
"""
import json
import math
import pathlib

import torch

OUT = pathlib.Path(__file__).resolve().parent.parent.parent / "tests" / "fixtures" / "pytorch"
T, B, D, H = 5, 3, 4, 5
LENGTHS = [3, 5, 2]


def wave(shape, phase, size=0.6):
    """size * sin(0.7 i + phase) for the i-th element, in double."""
    count = math.prod(shape)
    return torch.tensor([size * math.sin(0.7 * i + phase) for i in range(count)], dtype=torch.float64).reshape(shape)


def fill(parameters, size):
    """Parameter p is wave(shape, p)."""
    with torch.no_grad():
        for p, parameter in enumerate(parameters):
            parameter.copy_(wave(parameter.shape, p, size))


def flat(tensor):
    return [float(v) for v in tensor.reshape(-1)]


def layer_case(kind, layers, bidirectional, ragged, projection=0):
    options = {"input_size": D, "hidden_size": H, "num_layers": layers, "bidirectional": bidirectional}
    if projection:
        options["proj_size"] = projection
    if kind.startswith("rnn"):
        net = torch.nn.RNN(nonlinearity=kind[4:], **options).double()
    else:
        net = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[kind](**options).double()
    fill(net.parameters(), 0.6)
    states = layers * (2 if bidirectional else 1)
    x = wave((T, B, D), 0.5).requires_grad_()
    h0 = wave((states, B, projection or H), 1.5).requires_grad_()
    c0 = wave((states, B, H), 2.5).requires_grad_()
    state = (h0, c0) if kind == "lstm" else h0
    given = torch.nn.utils.rnn.pack_padded_sequence(x, LENGTHS, enforce_sorted=False) if ragged else x
    y, last = net(given, state)
    if ragged:
        y, _ = torch.nn.utils.rnn.pad_packed_sequence(y, total_length=T)
    h_n, c_n = last if kind == "lstm" else (last, None)
    total = (y * wave(y.shape, 3.5)).sum() + (h_n * wave(h_n.shape, 4.5)).sum()
    if c_n is not None:
        total = total + (c_n * wave(c_n.shape, 5.5)).sum()
    total.backward()
    case = {"cell": kind, "layers": layers, "bidirectional": bidirectional, "lengths": LENGTHS if ragged else [T] * B,
            "y": flat(y), "h_n": flat(h_n), "dx": flat(x.grad), "dh0": flat(h0.grad),
            "gradients": {name: flat(p.grad) for name, p in net.named_parameters()}}
    if projection:
        case["projection"] = projection
    if c_n is not None:
        case |= {"c_n": flat(c_n), "dc0": flat(c0.grad)}
    return case


def layer_norm_case():
    """The LSTM with layer normalisation by PyTorch's layer_norm and autograd: docs/maths/lstm-layer-norm.md."""
    shapes = {"weight_ih_l0": (4 * H, D), "weight_hh_l0": (4 * H, H), "bias_ih_l0": (4 * H,), "norm_l0": (10, H)}
    weights = {name: wave(shape, p).requires_grad_() for p, (name, shape) in enumerate(shapes.items())}
    W, U, b, norm = weights.values()
    x, h0, c0 = (wave(shape, phase).requires_grad_() for shape, phase in
                 (((T, B, D), 0.5), ((1, B, H), 1.5), ((1, B, H), 2.5)))
    normed = torch.nn.functional.layer_norm
    h, c, y = h0[0], c0[0], []
    for x_t in x:
        a = normed(x_t @ W.T, (4 * H,), norm[:4].reshape(-1)) + normed(h @ U.T, (4 * H,), norm[4:8].reshape(-1)) + b
        i, f, g, o = a.chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(normed(c, (H,), norm[8], norm[9]))
        y.append(h)
    y, h_n, c_n = torch.stack(y), h[None], c[None]
    total = (y * wave(y.shape, 3.5)).sum() + (h_n * wave(h_n.shape, 4.5)).sum() + (c_n * wave(c_n.shape, 5.5)).sum()
    total.backward()
    return {"cell": "lstm_layer_norm", "layers": 1, "bidirectional": False, "lengths": [T] * B, "y": flat(y),
            "h_n": flat(h_n), "c_n": flat(c_n), "dx": flat(x.grad), "dh0": flat(h0.grad), "dc0": flat(c0.grad),
            "gradients": {name: flat(p.grad) for name, p in weights.items()}}


def optimizer_case(name, make):
    """Ten steps on w with the gradient g_i = w_i + sin(i + step)."""
    w = wave((7,), 0.3).requires_grad_()
    optimizer = make([w])
    steps = []
    for step in range(10):
        w.grad = w.detach() + torch.tensor([math.sin(i + step) for i in range(7)], dtype=torch.float64)
        optimizer.step()
        steps.append(flat(w.detach()))
    return {"name": name, "steps": steps}


def listing():
    """Ten losses of the seed listing, without dropout: the weights and data that bench/listing.h can make."""
    torch.set_num_threads(1)
    lstm = torch.nn.LSTM(10, 128, num_layers=2, batch_first=True)
    head = torch.nn.Linear(128, 1)
    parameters = list(lstm.parameters()) + list(head.parameters())
    fill(parameters, 0.08)
    x = wave((500, 20, 10), 0.5, 1.0).float()
    y = wave((500, 1), 1.5, 1.0).float()
    optimizer = torch.optim.Adam(parameters, lr=1e-3)
    losses, norms = [], []
    for step in range(10):
        rows = slice(32 * step, 32 * step + 32)
        loss = torch.nn.functional.mse_loss(head(lstm(x[rows])[0][:, -1]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(parameters, 1.0)))
        optimizer.step()
        losses.append(float(loss.detach()))
    return {"losses": losses, "gradient_norms": norms}


def write(name, value):
    text = json.dumps({"torch": torch.__version__.split("+")[0], "cases": value}, separators=(",", ":"))
    (OUT / name).write_text(text + "\n")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    write("layers.json", [layer_case(kind, layers, both, ragged) for kind in ("rnn_tanh", "rnn_relu", "lstm", "gru")
                          for layers, both in ((1, False), (2, True)) for ragged in (False, True)])
    write("cells.json", [layer_case("lstm", layers, both, ragged, projection=3) for layers, both in ((1, False), (2, True))
                         for ragged in (False, True)] + [layer_norm_case()])
    optim = torch.optim
    write("optimizers.json", [
        optimizer_case("sgd", lambda p: optim.SGD(p, lr=0.1)),
        optimizer_case("sgd_momentum", lambda p: optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01)),
        optimizer_case("rmsprop", lambda p: optim.RMSprop(p, lr=0.01, weight_decay=0.01)),
        optimizer_case("adam", lambda p: optim.Adam(p, lr=0.01, weight_decay=0.01)),
        optimizer_case("adamw", lambda p: optim.AdamW(p, lr=0.01, weight_decay=0.01)),
    ])
    write("listing.json", listing())


if __name__ == "__main__":
    main()
