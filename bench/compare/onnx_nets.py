# SPDX-License-Identifier: Apache-2.0
"""ONNX Runtime's side: the net of torch_nets as an ONNX graph with its weights, checked against PyTorch's output."""
import numpy as np
import onnx
import onnxruntime
import torch
import torch_nets
from onnx import TensorProto, helper, numpy_helper

D, T = torch_nets.INPUTS, torch_nets.STEPS
# ONNX's order of gates out of PyTorch's: i o f c from i f g o; z r h from r z n.
GATES = {"lstm": (0, 3, 1, 2), "gru": (1, 0, 2), "rnn": (0,)}
OPS = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}


def _weights(net, cell, layer):
    """W [1, G*H, D], R [1, G*H, H], B [1, 2*G*H]."""
    def ordered(name):
        blocks = getattr(net.rnn, f"{name}_l{layer}").detach().numpy().reshape(len(GATES[cell]), net.rnn.hidden_size, -1)
        return np.concatenate([blocks[g] for g in GATES[cell]])

    biases = np.concatenate([ordered("bias_ih"), ordered("bias_hh")]).reshape(1, -1)
    return ordered("weight_ih")[None], ordered("weight_hh")[None], biases


def _session(net, cell, steps, batch, threads, carried):
    """x [steps, batch, D] (and states) -> y [batch, 1] (and states)."""
    H, D, layers = net.rnn.hidden_size, net.rnn.input_size, net.rnn.num_layers
    nodes, values, inputs, outputs = [], {}, [("x", [steps, batch, D])], [("y", [batch, 1])]
    previous, states = "x", ("h", "c") if cell == "lstm" else ("h",)
    for layer in range(layers):
        values |= dict(zip((f"W{layer}", f"R{layer}", f"B{layer}"), _weights(net, cell, layer)))
        initial = [f"{s}{layer}" for s in states] if carried else []
        finals = [f"{s}{layer}_out" for s in states]
        inputs += [(name, [1, batch, H]) for name in initial]
        outputs += [(name, [1, batch, H]) for name in finals] if carried else []
        attributes = {"linear_before_reset": 1} if cell == "gru" else {}
        nodes.append(helper.make_node(OPS[cell], [previous, f"W{layer}", f"R{layer}", f"B{layer}", "", *initial],
                                      [f"Y{layer}", *finals], hidden_size=H, **attributes))
        nodes.append(helper.make_node("Squeeze", [f"Y{layer}", "axis1"], [f"y{layer}"]))
        previous = f"y{layer}"
    values |= {"axis0": np.array([0]), "axis1": np.array([1]), "head": net.head.weight.detach().numpy(), "bias": net.head.bias.detach().numpy()}
    nodes += [helper.make_node("Squeeze", [f"h{layers - 1}_out", "axis0"], ["last"]), helper.make_node("Gemm", ["last", "head", "bias"], ["y"], transB=1)]

    def info(pairs):
        return [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in pairs]

    graph = helper.make_graph(nodes, "net", info(inputs), info(outputs), [numpy_helper.from_array(np.ascontiguousarray(v), k) for k, v in values.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session, [name for name, _ in inputs[1:]]


def window(cell, batch, threads):
    net = torch_nets.Net(cell).eval()
    session, _ = _session(net, cell, T, batch, threads, carried=False)
    x = np.random.default_rng(1).random((T, batch, D), dtype=np.float32)
    with torch.inference_mode():
        expected = net(torch.from_numpy(x).transpose(0, 1))[0].numpy()
    np.testing.assert_allclose(session.run(["y"], {"x": x})[0], expected, atol=1e-5)
    return lambda: session.run(["y"], {"x": x})


def step(cell, threads, hidden=torch_nets.HIDDEN, inputs=D, layers=2):
    net = torch_nets.Net(cell, hidden, inputs, layers).eval()
    session, states = _session(net, cell, 1, 1, threads, carried=True)
    x = np.random.default_rng(1).random((1, 1, inputs), dtype=np.float32)
    feed = {"x": x} | {name: np.zeros((1, 1, hidden), np.float32) for name in states}
    names = ["y", *(f"{name}_out" for name in states)]

    def call():
        y, *carried = session.run(names, feed)
        feed.update(zip(states, carried))
        return y

    with torch.inference_mode():
        twice = torch.from_numpy(np.repeat(x, 2, axis=1))
        expected = net(twice)[0].numpy()
    call()
    np.testing.assert_allclose(call(), expected, atol=1e-5)
    return call
