# SPDX-License-Identifier: Apache-2.0
"""Layers, losses and optimisers against PyTorch's fixtures; nets made of parts."""
import numpy as np
import pytest
import recurra

from conftest import fixture_cases, wave

T, B, D, H = 5, 3, 4, 5
CELLS = {"rnn_tanh": "rnn", "rnn_relu": "rnn-relu", "lstm": "lstm", "gru": "gru"}


def name_of(case):
    return f"{case['cell']}-{case['layers']}-{'both' if case['bidirectional'] else 'one'}-{'ragged' if case['lengths'] != [T] * B else 'full'}"


@pytest.mark.parametrize("case", fixture_cases("layers.json"), ids=name_of)
@pytest.mark.parametrize("batch_first", [False, True])
def test_recurrent_agrees_with_pytorch(case, batch_first):
    states = case["layers"] * (2 if case["bidirectional"] else 1)
    net = recurra.Recurrent(CELLS[case["cell"]], D, H, case["layers"], bidirectional=case["bidirectional"], batch_first=batch_first)
    for p, parameter in enumerate(net.parameters()):
        parameter.value[...] = wave(parameter.value.shape, p)
    turn = (lambda a: a.swapaxes(0, 1)) if batch_first else (lambda a: a)
    x = recurra.Variable(turn(wave((T, B, D), 0.5)), requires_grad=True)
    h0 = recurra.Variable(wave((states, B, H), 1.5), requires_grad=True)
    c0 = recurra.Variable(wave((states, B, H), 2.5), requires_grad=True) if case["cell"] == "lstm" else None
    tape = recurra.Tape()
    out = net(tape, x, case["lengths"], h0, c0)
    outputs, gradients = [out.y, out.h], [turn(wave((T, B, H * states // case["layers"]), 3.5)), wave((states, B, H), 4.5)]
    if c0:
        outputs.append(out.c)
        gradients.append(wave((states, B, H), 5.5))
    else:
        assert out.c is None
    tape.backward(outputs, gradients)

    def agree(mine, expected):
        np.testing.assert_allclose(np.ravel(mine), expected, rtol=2e-5, atol=2e-5)

    agree(turn(out.y.value), case["y"])
    agree(out.h.value, case["h_n"])
    agree(turn(x.grad), case["dx"])
    agree(h0.grad, case["dh0"])
    if c0:
        agree(out.c.value, case["c_n"])
        agree(c0.grad, case["dc0"])
    assert [p.name for p in net.parameters()] == list(case["gradients"])
    for parameter in net.parameters():
        agree(parameter.variable.grad, case["gradients"][parameter.name])


class Weights(recurra.Module):
    def __init__(self):
        super().__init__()
        self.w = recurra.Variable(wave((7,), 0.3), requires_grad=True)


def optimizer(name, block):
    return {
        "sgd": lambda: recurra.SGD(block, 0.1),
        "sgd_momentum": lambda: recurra.SGD(block, 0.1, momentum=0.9, weight_decay=0.01),
        "rmsprop": lambda: recurra.RMSprop(block, 0.01, weight_decay=0.01),
        "adam": lambda: recurra.Adam(block, 0.01, weight_decay=0.01),
        "adamw": lambda: recurra.AdamW(block, 0.01, weight_decay=0.01),
    }[name]()


@pytest.mark.parametrize("case", fixture_cases("optimizers.json"), ids=lambda case: case["name"])
def test_optimizers_agree_with_pytorch(case):
    net = Weights()
    block = recurra.ParameterBlock(net.parameters())
    chosen = optimizer(case["name"], block)
    for step, expected in enumerate(case["steps"]):
        block.gradients[...] = block.values + np.sin(np.arange(7) + step).astype(np.float32)
        tape = recurra.Tape()  # a backward pass marks the gradient as there; its own part is zero
        tape.backward([recurra.scale(tape, net.w, 0.0)], [np.zeros(7, np.float32)])
        block.gradients[...] = block.values + np.sin(np.arange(7) + step).astype(np.float32)
        chosen.step()
        np.testing.assert_allclose(block.values, expected, rtol=1e-5, atol=1e-6)
    assert chosen.steps == 10
    other = optimizer(case["name"], block)
    other.load_state_dict(chosen.steps, chosen.state_dict())
    for name, value in other.state_dict().items():
        np.testing.assert_array_equal(value, chosen.state_dict()[name])


def test_losses_and_functions():
    tape = recurra.Tape()
    prediction = recurra.Variable(np.array([1, -2, 3], np.float32), requires_grad=True)
    target = np.zeros(3, np.float32)
    weights = np.array([1, 1, 0], np.float32)
    assert recurra.mse_loss(tape, prediction, target).item() == pytest.approx(14 / 3)
    assert recurra.mse_loss(tape, prediction, np.array([0, 0, np.nan], np.float32), weights).item() == pytest.approx(2.5)
    assert recurra.mae_loss(tape, prediction, target).item() == pytest.approx(2)
    assert recurra.huber_loss(tape, prediction, target, delta=2).item() == pytest.approx((0.5 + 2 + 4) / 3)
    assert recurra.pinball_loss(tape, prediction, target, quantile=0.9).item() == pytest.approx((0.1 + 1.8 + 0.3) / 3)
    assert recurra.bce_with_logits_loss(tape, prediction, target).item() == pytest.approx(np.mean(np.log1p(np.exp([1, -2, 3]))))
    logits = recurra.Variable(np.log(np.array([[1, 3], [1, 1]], np.float32)))
    assert recurra.cross_entropy_loss(tape, logits, np.array([1, -100])).item() == pytest.approx(-np.log(0.75))
    x = np.array([[1, -2], [0.5, 4]], np.float32)
    for function, expected in ((recurra.tanh, np.tanh(x)), (recurra.sigmoid, 1 / (1 + np.exp(-x))), (recurra.relu, np.maximum(x, 0)),
                               (recurra.softmax, np.exp(x) / np.exp(x).sum(1, keepdims=True)),
                               (recurra.log_softmax, x - np.log(np.exp(x).sum(1, keepdims=True)))):
        np.testing.assert_allclose(function(tape, x).value, expected, rtol=1e-5)
    np.testing.assert_array_equal(recurra.add(tape, x, x).value, 2 * x)
    np.testing.assert_array_equal(recurra.subtract(tape, x, x).value, 0 * x)
    np.testing.assert_array_equal(recurra.multiply(tape, x, x).value, x * x)
    np.testing.assert_array_equal(recurra.concat(tape, [x, recurra.Variable(x)]).value, np.concatenate([x, x], 1))
    np.testing.assert_array_equal(recurra.reshape(tape, recurra.Variable(x), [4]).value, x.ravel())
    thinned = recurra.dropout(recurra.Tape(seed=1), recurra.Variable(np.ones(1000, np.float32)), 0.25).value
    assert set(thinned.tolist()) == {0.0, np.float32(1 / 0.75)}
    same = recurra.dropout(recurra.Tape(training=False), recurra.Variable(x), 0.25).value
    np.testing.assert_array_equal(same, x)


class Tower(recurra.Module):
    def __init__(self):
        super().__init__()
        self.table = recurra.Embedding(6, 4)
        self.layers = [recurra.Linear(4, 4), recurra.Linear(4, 4, bias=False)]
        self.norm = recurra.LayerNorm(4)
        self.shift = recurra.Variable(np.ones((2, 4), np.float32), requires_grad=True)
        self.not_a_part = 7

    def forward(self, tape, ids):
        x = self.table(tape, ids)
        for layer in self.layers:
            x = recurra.relu(tape, layer(tape, x))
        return recurra.add(tape, self.norm(tape, x), self.shift)


def test_nets_of_parts():
    net = Tower()
    names = ["table.weight", "layers.0.weight", "layers.0.bias", "layers.1.weight", "norm.weight", "norm.bias", "shift"]
    assert [p.name for p in net.parameters()] == names
    assert net.parameter_count() == 24 + 16 + 4 + 16 + 4 + 4 + 8
    other = Tower()
    recurra.initialize(other.parameters(), seed=3)
    net.load_state_dict(dict(reversed(other.state_dict().items())))
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value, other.state_dict()[name])
    tape = recurra.Tape()
    y = net(tape, np.array([1, 5]))
    assert y.shape == (2, 4)
    tape.backward([y], [np.ones((2, 4), np.float32)])
    np.testing.assert_array_equal(net.shift.grad, np.ones((2, 4)))
    assert net.table.parameters()[0].variable.grad[0].tolist() == [0, 0, 0, 0]


def test_a_net_without_parts():
    assert recurra.Module().parameters() == []
    assert recurra.Module().state_dict() == {}


def test_initialize_options():
    def biases(**options):
        net = recurra.Recurrent("lstm", 2, 3)
        recurra.initialize(net.parameters(), 1, **options)
        state = net.state_dict()
        return state["bias_ih_l0"] + state["bias_hh_l0"], state["weight_hh_l0"]

    bias, weight = biases(recurrent="orthogonal", forget_bias=1)
    np.testing.assert_array_equal(bias, [0] * 3 + [1] * 3 + [0] * 6)
    np.testing.assert_allclose(weight[:3] @ weight[:3].T, np.eye(3), atol=1e-6)
    bias, _ = biases(chrono_steps=100)
    np.testing.assert_array_equal(bias[:3], -bias[3:6])


def test_schedule():
    schedule = recurra.Schedule(1.0, "cosine", warmup_steps=2, total_steps=12)
    rates = []
    for _ in range(13):
        rates.append(schedule.rate())
        schedule.after_step()
    assert rates[0] == 0.5
    assert rates[1] == 1.0
    assert rates[7] == pytest.approx(0.5)
    assert rates[12] == pytest.approx(0)
    plateau = recurra.Schedule(1.0, "plateau", patience=1)
    for _ in range(4):
        plateau.after_epoch(1.0)
    assert plateau.rate() < 1


def test_batches():
    order = recurra.BatchOrder(10, 4, seed=1)
    assert len(order) == 3
    epoch = order.epoch(0)
    assert [len(rows) for rows in epoch] == [4, 4, 2]
    assert sorted(np.concatenate(epoch).tolist()) == list(range(10))
    np.testing.assert_array_equal(order.batch(0, 2), epoch[2])
    assert epoch[0].dtype == np.int64
    plain = recurra.BatchOrder(3, 2, shuffle=False, seed=1).epoch(5)
    assert [rows.tolist() for rows in plain] == [[0, 1], [2]]
    by_length = recurra.BatchOrder.by_length([9, 1, 8, 2], 2, shuffle=False, seed=1).epoch(0)
    assert [sorted(rows.tolist()) for rows in by_length] == [[1, 3], [0, 2]]


def test_the_stepper_has_the_bits_of_the_sequence():
    for cell in ("lstm", "gru", "rnn"):
        net, head = recurra.Recurrent(cell, 3, 7, 2), recurra.Linear(7, 2)
        recurra.initialize(net.parameters() + [p for p in head.parameters()], seed=5)
        x = recurra.Random(2).normal(0, 1, (6, 2, 3))
        tape = recurra.Tape(record=False, training=False)
        expected = head(tape, net(tape, x).y).value
        stepper = recurra.Stepper(net, head, batch=2)
        assert (stepper.input_size, stepper.output_size, stepper.layers, stepper.batch) == (3, 2, 2, 2)
        for t in range(6):
            assert stepper.step(x[t]).tobytes() == expected[t].tobytes(), (cell, t)
        kept = stepper.h(1).copy()
        stepper.reset(1)
        np.testing.assert_array_equal(stepper.h(1), [kept[0], [0] * 7])
        stepper.h(0)[...] = 0
        stepper.reset()
        assert stepper.step(x[0]).tobytes() == expected[0].tobytes()
        assert stepper.c().shape == ((2, 7) if cell == "lstm" else (2, 0))
    exact, half, rough = (recurra.Stepper(net, **options).step(np.ones(3, np.float32))
                          for options in ({}, {"weights": "f16"}, {"activation": "approximate"}))
    for near in (half, rough):
        assert near.tobytes() != exact.tobytes()
        np.testing.assert_allclose(near, exact, atol=2e-3)
    with pytest.raises(ValueError, match="activation"):
        recurra.Stepper(net, activation="coarse")
    alone = recurra.Stepper(net, weights="int8")
    assert alone.step(np.zeros(3, np.float32)).shape == (1, 7)
    state = alone.h()
    del alone
    np.testing.assert_array_equal(state.shape, (1, 7))
