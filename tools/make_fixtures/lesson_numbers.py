#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Recomputes the numbers that the lesson states and writes lesson/content/numbers.json: recurrent nets and their
gradients by PyTorch, the rest by NumPy, all in double precision.

    pip install torch numpy
    tools/make_fixtures/lesson_numbers.py && npx --prefix lesson prettier --write lesson/content/numbers.json

Nothing of the engine is used but the weights of the quotation net (recurra/train/teaching/quote_weights.cc) and the series of
diagram 8 (lesson/figures/train/demand.ts), so that the tests compare two computations of each number.
"""
import json
import pathlib
import re

import numpy as np
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
torch.set_default_dtype(torch.float64)


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def tensors(*arrays):
    return [torch.tensor(a, dtype=torch.float64) for a in arrays]


def layer(cell, W, U, b):
    """A layer of PyTorch with these weights; `b` is the input's bias, that of the state is zero."""
    net = cell(len(W[0]), len(U[0]))
    with torch.no_grad():
        for name, values in (("weight_ih_l0", W), ("weight_hh_l0", U), ("bias_ih_l0", b), ("bias_hh_l0", np.zeros(len(b)))):
            getattr(net, name).copy_(torch.as_tensor(values))
    return net


def norm(x):
    return float(torch.linalg.vector_norm(x))


def bptt():
    """Diagram 1 at its defaults. One layer gives the states and the whole gradient; the part of each step is that of a
    copy of U of its own."""
    x, targets, U, W = tensors([1, -0.5, 0.8, 0.3, -1, 0.6], [0, 0, 0, 0, 0, 1], [[0.9, -0.2], [0.2, 0.9]], [0.5, -0.3])
    steps = len(x)
    net = layer(torch.nn.RNN, W[:, None], U, [0, 0])
    states, _ = net(x[:, None])
    losses = 0.5 * (states.sum(1) - targets) ** 2
    (full,) = torch.autograd.grad(losses[-1], net.weight_hh_l0)

    copies = [U.clone().requires_grad_() for _ in range(steps)]
    h = [torch.zeros(2)]
    for t in range(steps):
        h.append(torch.tanh(W * x[t] + copies[t] @ h[-1]))
    each = [0.5 * (h[t + 1].sum() - targets[t]) ** 2 for t in range(steps)]
    grad = lambda loss, by: torch.autograd.grad(loss, by, retain_graph=True)
    parts = [grad(each[t], copies[: t + 1]) for t in range(steps)]
    arrivals = grad(each[-1], h[1:])
    kept = sum(parts[-1][3:])
    return {
        "states": states.tolist(),
        "losses": losses.tolist(),
        "norms": [[norm(parts[t][k]) if k <= t else None for t in range(steps)] for k in range(steps)],
        "arrivals": [norm(dh) for dh in arrivals],
        "full": full.ravel().tolist(),
        "truncated": kept.ravel().tolist(),
        "fullNorm": norm(full),
        "truncatedNorm": norm(kept),
        "sumOfNorms": sum(norm(part) for part in parts[-1]),
        "cosine": float((full * kept).sum() / norm(full) / norm(kept)),
    }


def nonnormal():
    """Diagram 2: spectral norms of the derivative of a linear net's state by that k steps before."""
    (A,) = tensors([[0.9, 5], [0, 0.9]])

    def run(h, k):
        for _ in range(k):
            h = A @ h
        return h

    jacobian = lambda k: torch.autograd.functional.jacobian(lambda h: run(h, k), torch.zeros(2))
    return {str(k): float(torch.linalg.matrix_norm(jacobian(k), 2)) for k in (1, 2, 5, 10, 20, 50, 100)}


def quotes(text, erased=None):
    """Diagrams 0 and 3: the quotation net; `erased`: the step, from 0, at which its forget gate is shut."""
    source = (ROOT / "recurra/train/teaching/quote_weights.cc").read_text().split("{", 1)[1].split("};")[0]
    numbers = np.array([float(v) for v in re.findall(r"-?\d+\.?\d*(?:e[-+]?\d+)?(?=f)", source)])
    net = layer(torch.nn.LSTM, numbers[:80].reshape(16, 5), numbers[80:144].reshape(16, 4), numbers[144:160])
    head, bias = torch.from_numpy(numbers[160:164]), numbers[164]
    kind = lambda letter: 0 if letter == '"' else 1 if letter.isalpha() else 2 if letter.isdigit() else 3 if letter == " " else 4
    state, out = (torch.zeros(1, 4), torch.zeros(1, 4)), []
    for t, letter in enumerate(text):
        if t == erased:  # a shut forget gate leaves nothing of the cell state before it
            state = (state[0], torch.zeros(1, 4))
        x = torch.nn.functional.one_hot(torch.tensor([kind(letter)]), 5).to(torch.float64)
        _, state = net(x, state)
        out.append(float(torch.sigmoid(head @ state[0][0].detach() + bias)))
    return out


def memory(steps=200, units=8):
    """Diagram 4 at its defaults, a forget bias of 1: the cell state after a pulse, and the norm of the derivative of the
    last one by each, at some steps."""
    W, b = np.zeros((4 * units, 1)), np.zeros(4 * units)
    W[units : 2 * units], W[2 * units : 3 * units] = 1, 2
    b[:units], b[units : 2 * units] = 2, 1
    net = layer(torch.nn.LSTM, W, np.zeros((4 * units, units)), b)
    state, cells = (torch.zeros(1, units), torch.zeros(1, units)), []
    for t in range(steps):
        cell = state[1] + 0  # stands in the graph, to be differentiated by
        cells.append(cell.requires_grad_())
        _, state = net(torch.tensor([[1.0 if t == 0 else 0.0]]), (state[0], cell))
    cells = cells[1:] + [state[1]]
    last = cells[-1][0]

    def left(t):
        rows = [torch.autograd.grad(last[u], cells[t], retain_graph=True)[0][0] for u in range(units)]
        return float(torch.linalg.matrix_norm(torch.stack(rows), 2))

    at = (0, 1, 9, 49, 99, 149, 198)
    return {"steps": at, "c": [float(cells[t][0, 0].detach()) for t in at], "gradient": [left(t) for t in at]}


def tapes(steps=40):
    """Diagram 5 at its defaults: three cells that count pulses, set by hand; h of each and c of the LSTM by step."""
    x = torch.tensor([[1.0 if t % 3 == 0 else 0.0] for t in range(steps)])
    nets = {
        "rnn": layer(torch.nn.RNN, [[1]], [[1]], [0]),
        "lstm": layer(torch.nn.LSTM, [[0], [0], [20], [0]], np.zeros((4, 1)), [100, 100, 0, 100]),
        "gru": layer(torch.nn.GRU, [[0], [0], [20]], np.zeros((3, 1)), [100, 2, 0]),
    }
    out = {name: net(x)[0].ravel().tolist() for name, net in nets.items()}
    cell, state = [], None
    for t in range(steps):
        _, state = nets["lstm"](x[t : t + 1], state)
        cell.append(float(state[1].detach()))
    return out | {"cell": cell}


def parameters():
    """Of each cell with one input and 32 units."""
    nets = {"rnn": torch.nn.RNN(1, 32), "gru": torch.nn.GRU(1, 32), "lstm": torch.nn.LSTM(1, 32)}
    return {name: sum(p.numel() for p in net.parameters()) for name, net in nets.items()}


def half_lives():
    """Diagram 4: ln 1/2 over ln of the forget gate."""
    return [float(np.log(0.5) / np.log(sigmoid(b))) for b in range(6)]


def ridge(series, lags, train_end, validation_end):
    """The regression of diagram 8: standardised, its penalty the best of five on the validation rows."""
    mean, deviation = series[:train_end].mean(), series[:train_end].std()
    z = (series - mean) / deviation
    rows = lambda first, last: (np.stack([z[t - lags : t] for t in range(first, last)]), z[first:last])
    X, y = rows(lags, train_end)
    centre, level = X.mean(0), y.mean()
    best = None
    for penalty in (1e-6, 1e-4, 1e-2, 1e-1, 1.0):
        gram = (X - centre).T @ (X - centre) / len(X) + penalty * np.eye(lags)
        w = np.linalg.solve(gram, (X - centre).T @ (y - level) / len(X))
        error = lambda first, last: float(np.abs((rows(first, last)[0] - centre) @ w + level - z[first:last]).mean())
        if best is None or error(train_end, validation_end) < best[0]:
            best = error(train_end, validation_end), error(validation_end, len(z)) * deviation
    return best[1]


def rivals():
    text = (ROOT / "lesson/figures/train/demand.ts").read_text().split("= [", 1)[1]
    series = np.array([float(v) for v in re.findall(r"\d+\.?\d*", text)])
    train_end, validation_end = round(0.7 * len(series)), round(0.8 * len(series))
    test = np.arange(validation_end, len(series))
    out = {f"lag{lag}": float(np.abs(series[test] - series[test - lag]).mean()) for lag in (1, 24, 168)}
    return out | {f"ridge{lags}": float(ridge(series, lags, train_end, validation_end)) for lags in (24, 168)}


def main():
    numbers = {
        "bptt": bptt(),
        "nonnormal": nonnormal(),
        "quotes": quotes('He said "stay a little longer" and left.'),
        "erased": quotes('She said "wait for me" and ran.', erased=13),
        "halfLives": half_lives(),
        "memory": memory(),
        "tapes": tapes(),
        "shrunk": float(0.9**99),
        "parameters": parameters(),
        "rivals": rivals(),
        "quiz": {"gates-step": 0.9 * 2 - 0.5 * 0.4, "mixed-cell-step": 0.5 * float(np.tanh(1.0)), "vanishing-count": float(100 * np.log10(0.5))},
    }
    (ROOT / "lesson/content/numbers.json").write_text(json.dumps(numbers, indent=1) + "\n")


if __name__ == "__main__":
    main()
