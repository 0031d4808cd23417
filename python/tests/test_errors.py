# SPDX-License-Identifier: Apache-2.0
"""Every error of the engine is the Python exception that one expects, with the engine's message."""
import numpy as np
import pytest
import recurra


def test_shapes():
    lstm = recurra.Recurrent("lstm", 4, 5)
    with pytest.raises(recurra.ShapeError, match=r"expected x \[T, B, 4\], found \[2, 3, 9\]") as raised:
        lstm(recurra.Tape(), np.zeros((2, 3, 9), np.float32))
    assert isinstance(raised.value, ValueError)
    with pytest.raises(recurra.ShapeError, match="expected 3 lengths, found 2"):
        lstm(recurra.Tape(), np.zeros((2, 3, 4), np.float32), [1, 2])
    with pytest.raises(recurra.ShapeError):
        recurra.mse_loss(recurra.Tape(), recurra.Variable(np.zeros(2, np.float32)), np.zeros(3, np.float32))


def test_values():
    with pytest.raises(ValueError, match="length"):
        recurra.Recurrent("gru", 4, 5)(recurra.Tape(), np.zeros((2, 3, 4), np.float32), [1, 2, 3])
    with pytest.raises(ValueError, match="Recurrent: cell: expected one of rnn, rnn-relu, rnn-linear, lstm, gru, gru-reset-before, lstm-peephole, min-gru, min-gru-log, min-lstm, min-lstm-log, slstm, lstm-layer-norm, found 'LSTM'"):
        recurra.Recurrent("LSTM", 4, 5)
    for options in ({"hidden_size": 0}, {"hidden_size": 3, "layers": 0}, {"hidden_size": 3, "layers": 2, "dropout": 1.0}):
        with pytest.raises(ValueError, match="Recurrent"):
            recurra.Recurrent("lstm", 4, **options)
    with pytest.raises(ValueError, match="learning rate above 0"):
        recurra.Adam(recurra.ParameterBlock(recurra.Linear(1, 1).parameters()), learning_rate=0)
    with pytest.raises(ValueError, match="names do not match"):
        recurra.Linear(2, 1).load_state_dict({"weight": np.zeros((1, 2), np.float32), "odd": np.zeros(1, np.float32)})
    with pytest.raises(ValueError, match="weight"):
        recurra.ParameterBlock(recurra.Linear(1, 1).parameters() * 2)


def test_tape():
    tape = recurra.Tape(record=False)
    loss = recurra.mse_loss(tape, recurra.Variable(np.zeros(1, np.float32), True), np.zeros(1, np.float32))
    with pytest.raises(ValueError, match="this tape recorded none"):
        tape.backward(loss)
    with pytest.raises(ValueError, match="Tape: precision: expected one of f32, bf16, found 'f16'"):
        recurra.Tape(precision="f16")
    with pytest.raises(recurra.ShapeError, match="one element"):
        recurra.Tape().backward(recurra.Variable(np.zeros(2, np.float32), True))


def test_a_warning_is_a_warning():
    with pytest.warns(UserWarning, match="dropout 0.5 has no effect"):
        recurra.Recurrent("lstm", 1, 1, dropout=0.5)


def test_files(tmp_path):
    with pytest.raises(OSError, match="nothing.safetensors"):
        recurra.read_safetensors(tmp_path / "nothing.safetensors")
    with pytest.raises(OSError, match="no folder"):
        recurra.write_safetensors(tmp_path / "no folder" / "x", {})
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"\x10\0\0\0\0\0\0\0{\"a\": nonsense }")
    with pytest.raises(recurra.FormatError, match="bad.safetensors") as raised:
        recurra.read_safetensors(bad)
    assert isinstance(raised.value, ValueError)
    assert raised.value.byte_offset > 0
    with pytest.raises(recurra.FormatError):
        recurra.load_model(bad)


def test_unsupported():
    with pytest.raises(recurra.UnsupportedError, match="reads both directions") as raised:
        recurra.Stepper(recurra.Recurrent("lstm", 1, 1, bidirectional=True))
    assert isinstance(raised.value, NotImplementedError)


def test_a_stepper_takes_what_it_was_made_for():
    stepper = recurra.Stepper(recurra.Recurrent("lstm", 3, 2))
    with pytest.raises(recurra.ShapeError, match=r"expected x \[1, 3\], found 4 numbers"):
        stepper.step(np.zeros(4, np.float32))
    with pytest.raises(TypeError):
        stepper.step(np.zeros(3))
    with pytest.raises(ValueError, match="there is no layer 1"):
        stepper.h(1)
    with pytest.raises(recurra.ShapeError, match="head takes"):
        recurra.Stepper(recurra.Recurrent("lstm", 3, 2), recurra.Linear(3, 1))
    with pytest.raises(ValueError, match="no such stream|stream"):
        stepper.reset(4)


def test_a_module_without_forward():
    with pytest.raises(AttributeError, match="forward"):
        recurra.Module()()
