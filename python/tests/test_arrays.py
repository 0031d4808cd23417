# SPDX-License-Identifier: Apache-2.0
"""Arrays in and out: no silent conversion, no copy on the way out, nothing freed too early."""
import gc

import numpy as np
import pytest
import recurra


def test_a_value_is_a_view_that_outlives_its_variable_and_cannot_be_written():
    tape = recurra.Tape()
    doubled = recurra.scale(tape, recurra.Variable(np.arange(4, dtype=np.float32)), 2)
    first, second = doubled.value, doubled.value
    assert first.__array_interface__["data"][0] == second.__array_interface__["data"][0]
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1
    del tape, doubled, second
    gc.collect()
    np.testing.assert_array_equal(first, [0, 2, 4, 6])


def test_what_goes_in_is_copied():
    x = np.ones(3, np.float32)
    v = recurra.Variable(x)
    x[:] = 7
    np.testing.assert_array_equal(v.value, [1, 1, 1])


@pytest.mark.parametrize("array", [
    np.arange(24, dtype=np.float32).reshape(2, 3, 4).transpose(2, 0, 1),
    np.arange(24, dtype=np.float32).reshape(6, 4)[::2, ::-1],
    np.broadcast_to(np.float32(3), (2, 2)),
    np.zeros((0, 5), np.float32),
    np.array(2, np.float32),
])
def test_any_strides(array):
    v = recurra.Variable(array)
    assert v.shape == array.shape
    np.testing.assert_array_equal(v.value, array)


class OnlyDlpack:
    """An array of another library."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **options):
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


def test_any_library():
    np.testing.assert_array_equal(recurra.Variable(OnlyDlpack(np.ones((2, 2), np.float32))).value, np.ones((2, 2)))


@pytest.mark.parametrize("array, found", [(np.zeros(3), "float64"), (np.zeros(3, np.float16), "float16"), (np.zeros(3, int), "int64"),
                                          (np.zeros(3, bool), "bool8"), (np.zeros(3, np.uint8), "uint8")])
def test_no_type_is_converted(array, found):
    with pytest.raises(TypeError, match=f"value: expected elements of float32, found {found}; convert them"):
        recurra.Variable(array)


def test_labels_and_ids_are_int64():
    tape = recurra.Tape()
    table = recurra.Embedding(5, 2)
    with pytest.raises(TypeError, match="ids: expected elements of int64, found int32"):
        table(tape, np.zeros(3, np.int32))
    with pytest.raises(ValueError, match=r"\[0, 5\)|outside|5"):
        table(tape, np.array([5]))


def test_no_lists():
    with pytest.raises(TypeError):
        recurra.Variable([1.0, 2.0])


def test_parameters_are_written_through_their_views():
    layer = recurra.Linear(2, 1)
    weight, bias = layer.parameters()
    weight.value[...] = [[2, 3]]
    bias.value[0] = 1
    x = np.array([[10, 100]], np.float32)
    assert layer(recurra.Tape(), x).item() == 321
    block = recurra.ParameterBlock(layer.parameters())
    np.testing.assert_array_equal(block.values, [2, 3, 1])
    block.values[2] = 4
    assert layer(recurra.Tape(), x).item() == 324
    weight.value[0, 0] = 5
    np.testing.assert_array_equal(block.values, [5, 3, 4])
    del block, layer
    gc.collect()
    np.testing.assert_array_equal(weight.value, [[5, 3]])


def test_safetensors(tmp_path):
    path = tmp_path / "x.safetensors"
    tensors = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.zeros((0, 2), np.float32)}
    recurra.write_safetensors(path, tensors, {"made_by": "me"})
    read, metadata = recurra.read_safetensors(str(path))
    assert metadata == {"made_by": "me"}
    assert list(read) == ["a", "b"]
    for name, array in tensors.items():
        np.testing.assert_array_equal(read[name], array)
        assert read[name].shape == array.shape
