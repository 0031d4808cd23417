# SPDX-License-Identifier: Apache-2.0
"""Threads of the engine and of Python, and forked processes."""
import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
import recurra


@pytest.fixture(autouse=True)
def same_threads_after():
    threads = recurra.threads()
    yield
    recurra.set_threads(threads)


def gradient(x):
    net = recurra.Recurrent("lstm", x.shape[2], 64)
    recurra.initialize(net.parameters(), seed=1)
    tape = recurra.Tape(seed=1)
    y = net(tape, x).y
    tape.backward([y], [np.ones(y.shape, np.float32)])
    return [p.variable.grad.tobytes() for p in net.parameters()]


def test_the_same_bits_on_any_number():
    x = recurra.Random(1).uniform(-1, 1, (20, 9, 10))
    results = []
    for threads in (1, 2, 3, 5):
        recurra.set_threads(threads)
        assert recurra.threads() == threads
        results.append(gradient(x))
    assert all(result == results[0] for result in results)
    with pytest.raises(ValueError, match="1024"):
        recurra.set_threads(0)


def test_a_tape_keeps_its_team():
    net = recurra.Linear(3, 2)
    tape = recurra.Tape()
    y = net(tape, np.ones((4, 3), np.float32))
    recurra.set_threads(1)
    tape.backward([y], [np.ones((4, 2), np.float32)])
    np.testing.assert_array_equal(net.parameters()[1].variable.grad, [4, 4])


def test_threads_of_python_take_turns():
    x = recurra.Random(1).uniform(-1, 1, (20, 9, 10))
    expected = gradient(x)
    wrong = []

    def work():
        for _ in range(10):
            if gradient(x) != expected:
                wrong.append(1)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not wrong


def test_python_runs_while_the_engine_computes():
    net = recurra.Recurrent("lstm", 64, 256)
    recurra.initialize(net.parameters(), seed=1)
    x = recurra.Random(1).uniform(-1, 1, (400, 32, 64))
    done = threading.Event()

    def work():
        net(recurra.Tape(record=False), x)
        done.set()

    recurra.set_threads(1)
    worker = threading.Thread(target=work)
    worker.start()
    turns = 0
    while not done.is_set():
        turns += 1
        time.sleep(0.001)
    worker.join()
    assert turns > 5  # the call alone takes hundreds of milliseconds


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12 warns of threads in general
def test_a_forked_process_computes():
    x = recurra.Random(1).uniform(-1, 1, (20, 9, 10))
    recurra.set_threads(3)
    expected = gradient(x)
    child = os.fork()
    if child == 0:
        os._exit(0 if gradient(x) == expected else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_fewer_threads_than_asked_for_is_a_warning():
    program = """
import resource, warnings
import numpy as np, recurra
def results():
    net = recurra.Recurrent("lstm", 16, 32)
    recurra.initialize(net.parameters(), seed=1)
    return net(recurra.Tape(record=False), np.ones((4, 9, 16), np.float32)).y.value.tobytes()
recurra.set_threads(1)
expected = results()
pages = int(open("/proc/self/statm").read().split()[0])
limit = pages * resource.getpagesize() + (80 << 20)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    recurra.set_threads(64)
threads = recurra.threads()
assert 1 <= threads < 64, threads
assert [w.category for w in caught] == [RuntimeWarning]
assert str(caught[0].message).startswith(f"started {threads} of 64 threads ("), caught[0].message
assert results() == expected
"""
    if not os.path.exists("/proc/self/statm"):
        pytest.skip("no /proc/self/statm here")
    result = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr


def test_nothing_leaks_and_nothing_is_printed():
    program = """
import numpy as np, recurra
class Net(recurra.Module):
    def __init__(self):
        super().__init__()
        self.rnn = recurra.Recurrent("gru", 3, 4)
    def forward(self, tape, x):
        return self.rnn(tape, x).y
net = Net()
block = recurra.ParameterBlock(net.parameters())
adam = recurra.Adam(block)
tape = recurra.Tape()
y = net(tape, np.ones((5, 2, 3), np.float32))
tape.backward([y], [np.ones((5, 2, 4), np.float32)])
adam.step()
stepper = recurra.Stepper(net.rnn)
h = stepper.h()
try:
    recurra.Linear(0, 1)
except ValueError:
    pass
"""
    result = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
