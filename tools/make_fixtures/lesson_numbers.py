#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Recomputes the numbers that the lesson states, in NumPy alone, and writes lesson/content/numbers.json.

    pip install numpy
    tools/make_fixtures/lesson_numbers.py

Nothing of the engine is used but the weights of the quotation net (recurra/train/teaching/quote_weights.cc) and the series of
diagram 8 (lesson/figures/train/demand.ts), so that the tests compare two computations of each number.
"""
import json
import pathlib
import re

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def bptt():
    """Diagram 1 at its defaults, by the chain rule step by step."""
    x, targets = [1, -0.5, 0.8, 0.3, -1, 0.6], [0, 0, 0, 0, 0, 1]
    U, W, steps = np.array([[0.9, -0.2], [0.2, 0.9]]), np.array([0.5, -0.3]), 6
    h = [np.zeros(2)]
    for t in range(steps):
        h.append(np.tanh(W * x[t] + U @ h[-1]))
    losses = [0.5 * (h[t + 1].sum() - targets[t]) ** 2 for t in range(steps)]
    parts = {}
    for t in range(steps):
        back = np.full(2, h[t + 1].sum() - targets[t])
        for k in range(t, -1, -1):
            sums = back * (1 - h[k + 1] ** 2)
            parts[k, t] = np.outer(sums, h[k]), float(np.linalg.norm(back))
            back = U.T @ sums
    full = sum(parts[k, 5][0] for k in range(steps))
    kept = sum(parts[k, 5][0] for k in range(3, steps))
    return {
        "states": [list(v) for v in h[1:]],
        "losses": losses,
        "norms": [[float(np.linalg.norm(parts[k, t][0])) if k <= t else None for t in range(steps)] for k in range(steps)],
        "arrivals": [parts[k, 5][1] for k in range(steps)],
        "full": full.ravel().tolist(),
        "truncated": kept.ravel().tolist(),
        "fullNorm": float(np.linalg.norm(full)),
        "truncatedNorm": float(np.linalg.norm(kept)),
        "sumOfNorms": float(sum(np.linalg.norm(parts[k, 5][0]) for k in range(steps))),
        "cosine": float((full * kept).sum() / np.linalg.norm(full) / np.linalg.norm(kept)),
    }


def nonnormal():
    """Diagram 2: spectral norms of the powers of the non-normal matrix."""
    A = np.array([[0.9, 5], [0, 0.9]])
    return {str(k): float(np.linalg.norm(np.linalg.matrix_power(A, k), 2)) for k in (1, 2, 5, 10, 20, 50, 100)}


def quotes(text, erased=None):
    """Diagrams 0 and 3: the quotation net; `erased`: the step, from 0, at which its forget gate is shut."""
    source = (ROOT / "recurra/train/teaching/quote_weights.cc").read_text().split("{", 1)[1].split("};")[0]
    numbers = np.array([float(v) for v in re.findall(r"-?\d+\.?\d*(?:e[-+]?\d+)?(?=f)", source)])
    W, U, b = numbers[:80].reshape(16, 5), numbers[80:144].reshape(16, 4), numbers[144:160]
    head, bias = numbers[160:164], numbers[164]
    h, c, out = np.zeros(4), np.zeros(4), []
    for t, letter in enumerate(text):
        place = 0 if letter == '"' else 1 if letter.isalpha() else 2 if letter.isdigit() else 3 if letter == " " else 4
        a = W[:, place] + U @ h + b
        i, f, g, o = sigmoid(a[:4]), sigmoid(a[4:8]), np.tanh(a[8:12]), sigmoid(a[12:])
        c = (0 if t == erased else f) * c + i * g
        h = o * np.tanh(c)
        out.append(float(sigmoid(head @ h + bias)))
    return out


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
        "shrunk": float(0.9**99),
        "parameters": {"rnn": 32 * 32 + 32 + 64, "gru": 3 * (32 * 32 + 32 + 64), "lstm": 4 * (32 * 32 + 32 + 64)},
        "rivals": rivals(),
        "quiz": {"gates-step": 0.9 * 2 - 0.5 * 0.4, "mixed-cell-step": 0.5 * float(np.tanh(1.0)), "vanishing-count": float(100 * np.log10(0.5))},
    }
    (ROOT / "lesson/content/numbers.json").write_text(json.dumps(numbers, indent=1) + "\n")


if __name__ == "__main__":
    main()
