# SPDX-License-Identifier: Apache-2.0
"""Baselines for sequences in addition to those of `recurra classify`: 1-NN by dynamic time warping, and ROCKET.

ROCKET: random convolutions, of each the share of positive values and the maximum, and a ridge classifier over them. Source:
Dempster, Petitjean, Webb 2020 (kernels, features, classifier); several channels as in its authors' later code: each kernel
reads a random few of them. Sequences are scaled by channel as the net's are; of unequal length each is read to its own end.
"""
import numpy as np

KERNEL_LENGTHS = (7, 9, 11)


def read_ts(path):
    """The sequences of a .ts file as arrays [steps, channels], scaled by nothing, and their labels."""
    sequences, labels, inside = [], [], False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.lower().startswith("@data"):
            inside = True
        elif inside and line.strip():
            *channels, label = line.strip().split(":")
            sequences.append(np.array([[float(v) for v in c.split(",")] for c in channels]).T)
            labels.append(label)
    return sequences, labels


def scaled(train, test):
    """Both, with each channel of the training sequences of mean 0 and deviation 1."""
    steps = np.concatenate(train)
    mean, deviation = steps.mean(0), np.maximum(steps.std(0), 1e-12)
    return [(x - mean) / deviation for x in train], [(x - mean) / deviation for x in test]


def padded(sequences):
    """[sequences, longest, channels], filled up with zeros; and the lengths."""
    lengths = np.array([len(x) for x in sequences])
    out = np.zeros((len(sequences), lengths.max(), sequences[0].shape[1]))
    for i, x in enumerate(sequences):
        out[i, : len(x)] = x
    return out, lengths


def dtw_distances(test, train):
    """Squared distances along the best warping path, without a window: [test, train]."""
    a, a_lengths = padded(test)
    b, b_lengths = padded(train)
    pairs, out = np.full((b.shape[1] + 1, len(test), len(train)), np.inf), np.zeros((len(test), len(train)))
    pairs[0] = 0  # before both
    for i in range(a.shape[1]):
        row = np.full_like(pairs, np.inf)
        for j in range(b.shape[1]):
            cost = ((a[:, None, i] - b[None, :, j]) ** 2).sum(-1)
            row[j + 1] = cost + np.minimum(np.minimum(pairs[j], pairs[j + 1]), row[j])
        pairs = row
        done = a_lengths == i + 1
        out[done] = pairs[b_lengths, :, np.arange(len(train))].T[done]
    return out


def dtw_accuracy(train, train_labels, test, test_labels):
    train, test = scaled(train, test)
    nearest = dtw_distances(test, train).argmin(1)
    return float(np.mean([train_labels[k] == label for k, label in zip(nearest, test_labels)]))


def random_kernels(count, length, channels, rng):
    kernels = []
    for _ in range(count):
        size = rng.choice(KERNEL_LENGTHS)
        some = min(channels, int(2 ** rng.uniform(0, np.log2(min(channels, size) + 1))))
        weights = rng.normal(size=(some, size))
        dilation = int(2 ** rng.uniform(0, np.log2(max(1.0, (length - 1) / (size - 1)))))
        kernels.append((rng.choice(channels, some, replace=False), weights - weights.mean(1, keepdims=True), rng.uniform(-1, 1), dilation,
                        rng.integers(2) * ((size - 1) * dilation) // 2))
    return kernels


def features(x, lengths, kernels):
    """[sequences, 2 kernels]: of each convolution the share of positive values and the maximum."""
    out = np.zeros((len(x), 2 * len(kernels)))
    for k, (channels, weights, bias, dilation, padding) in enumerate(kernels):
        reach = (weights.shape[1] - 1) * dilation
        wide = np.pad(x, ((0, 0), (padding, padding + reach), (0, 0)))
        steps = x.shape[1] + 2 * padding
        sums = bias + sum(wide[:, t * dilation : t * dilation + steps, c] * w for c, row in zip(channels, weights) for t, w in enumerate(row))
        valid = np.maximum(1, lengths + 2 * padding - reach)
        inside = np.arange(steps) < valid[:, None]
        out[:, 2 * k] = ((sums > 0) & inside).sum(1) / valid
        out[:, 2 * k + 1] = np.where(inside, sums, -np.inf).max(1)
    return out


def ridge_classes(x, labels, asked):
    """One ridge regression for each class on +-1, the penalty by leave-one-out."""
    classes = sorted(set(labels))
    y = np.where(np.array(labels)[:, None] == np.array(classes), 1.0, -1.0)
    mean, deviation = x.mean(0), np.maximum(x.std(0), 1e-8)
    x, asked = (x - mean) / deviation, (asked - mean) / deviation
    centre = y.mean(0)
    values, vectors = np.linalg.eigh(x @ x.T)
    best = (np.inf, None)
    for penalty in np.logspace(-3, 3, 10):
        inverse = vectors / (values + penalty) @ vectors.T
        dual = inverse @ (y - centre)
        leverage = 1 - penalty * np.diag(inverse) + 1 / len(y)
        error = ((penalty * dual / np.maximum(1 - leverage, 1e-9)[:, None]) ** 2).sum()
        best = min(best, (error, penalty))
    dual = (vectors / (values + best[1]) @ vectors.T) @ (y - centre)
    return [classes[k] for k in (asked @ x.T @ dual + centre).argmax(1)]


def rocket_accuracy(train, train_labels, test, test_labels, kernels=2000, seed=1):
    train, test = scaled(train, test)
    (a, a_lengths), (b, b_lengths) = padded(train), padded(test)
    chosen = random_kernels(kernels, int(np.median(a_lengths)), a.shape[2], np.random.default_rng(seed))
    found = ridge_classes(features(a, a_lengths, chosen), train_labels, features(b, b_lengths, chosen))
    return float(np.mean([f == label for f, label in zip(found, test_labels)]))
