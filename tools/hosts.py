#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Several hosts on one machine, for programs of Open MPI: network namespaces with their own addresses, connected by a
network with a chosen delay and rate.

    tools/hosts.py --hosts 4 --delay-ms 1 --mbit 1000 mpirun -n 4 recurra lm train text.txt --shards 4 --threads 1

COMMAND runs on the first host; the processes that mpirun starts are distributed over all hosts. Needs root, TAP devices of
Linux and `ip` (Debian: iproute2). Hosts share processors and files; each has its own address and host name. The network
is a thread of this program, so no queueing discipline (netem) is needed in the kernel.
"""
import argparse
import collections
import contextlib
import fcntl
import itertools
import os
import pathlib
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

TUNSETIFF, TUNSETOFFLOAD = 0x400454CA, 0x400454D0
TAP, NO_PREFIX, VNET_HEADER = 0x2, 0x1000, 0x4000
CHECKSUMS, SEGMENTS = 1, 2  # frames of up to 64 KiB, so that a thread of Python is fast enough
VNET_HEADER_BYTES = 10
LONGEST_FRAME = 65536 + 64
PREFIX = "10.77.0."


def why_not():
    """Why there can be no hosts on this machine; an empty string if there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if shutil.which("ip") is None:
        return "there is no `ip` (Debian: iproute2)"
    try:
        with Hosts(1):
            return ""
    except OSError as error:
        return f"network namespaces are not allowed here: {error}"


def ip(*arguments):
    done = subprocess.run(["ip", *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"ip {' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return done.stdout


class Wire(threading.Thread):
    """Forwards frames between TAP devices. A device sends and receives at most `mbit` Mbit/s; delay_ms is one way."""

    def __init__(self, devices, delay_ms, mbit):
        super().__init__(daemon=True)
        self.devices, self.delay, self.bytes_per_s = devices, delay_ms / 1000, mbit * 1e6 / 8
        self.sent_until = [0.0] * len(devices)
        self.received_until = [0.0] * len(devices)
        self.waiting = [collections.deque() for _ in devices]  # (time, frame) for each receiver
        self.awake, self.end = os.pipe()
        self.bytes = 0

    def run(self):
        while True:
            due = min((queue[0][0] for queue in self.waiting if queue), default=None)
            timeout = None if due is None else max(0.0, due - time.monotonic())
            readable, _, _ = select.select([*self.devices, self.awake], [], [], timeout)
            if self.awake in readable:
                break
            for device in readable:
                self.take(self.devices.index(device))
            self.deliver()
        os.close(self.awake)

    def take(self, sender):
        try:
            frame = os.read(self.devices[sender], LONGEST_FRAME)
        except BlockingIOError:
            return
        address = frame[VNET_HEADER_BYTES:VNET_HEADER_BYTES + 6]
        others = [r for r in range(len(self.devices)) if r != sender]
        seconds = len(frame) / self.bytes_per_s
        self.sent_until[sender] = max(time.monotonic(), self.sent_until[sender]) + seconds
        self.bytes += len(frame)
        for receiver in [address[5]] if address[5] in others and not address[0] & 1 else others:
            # The receiver's link is busy at the same time as the sender's: an idle network adds the length of a frame once.
            arrival = max(self.sent_until[sender], self.received_until[receiver] + seconds)
            self.received_until[receiver] = arrival
            self.waiting[receiver].append((arrival + self.delay, frame))

    def deliver(self):
        now = time.monotonic()
        for receiver, queue in enumerate(self.waiting):
            while queue and queue[0][0] <= now:
                with contextlib.suppress(OSError):  # the device is down: its host was cut off
                    os.write(self.devices[receiver], queue.popleft()[1])

    def stop(self):
        os.close(self.end)
        self.join()


class Hosts:
    """`with Hosts(2) as hosts: subprocess.Popen([*hosts.enter(0), ...], env=hosts.environment())`."""

    networks = itertools.count()  # of this process

    def __init__(self, count, delay_ms=0.0, mbit=10000.0):
        self.count, self.delay_ms, self.mbit = count, delay_ms, mbit
        self.label = f"recurra-{os.getpid()}-{next(Hosts.networks)}"
        self.resources = contextlib.ExitStack()

    def name(self, host):
        return f"{self.label}-{host}"

    def enter(self, host):
        """The words to put before a command so that it runs on a host."""
        return ["ip", "netns", "exec", self.name(host), "unshare", "--uts", "sh", "-c", 'hostname "$0"; exec "$@"', f"host{host}"]

    def processes(self, host):
        return [int(pid) for pid in ip("netns", "pids", self.name(host)).split()]

    def kill(self, host):
        """Kills all processes on a host. Unlike after a power failure, the kernel closes their connections."""
        for pid in self.processes(host):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def cut(self, host):
        """Disconnects a host from the network. Its processes continue to run."""
        ip("-n", self.name(host), "link", "set", "wire", "down")

    def environment(self):
        """The environment in which mpirun distributes its processes over the hosts."""
        settings = {"plm_rsh_agent": self.agent, "orte_default_hostfile": self.folder / "hosts", "rmaps_base_mapping_policy": "node:oversubscribe",
                    "hwloc_base_binding_policy": "none", "btl_tcp_if_include": PREFIX + "0/24", "oob_tcp_if_include": PREFIX + "0/24",
                    "mpi_yield_when_idle": 1, "btl_vader_single_copy_mechanism": "none",
                    # A disconnected host is detected after 10 + 3 * 2 s. With the defaults mpirun hangs instead.
                    "oob_tcp_keepalive_time": 10, "oob_tcp_keepalive_intvl": 2, "oob_tcp_keepalive_probes": 3}
        return {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                **{"OMPI_MCA_" + name: str(value) for name, value in settings.items()}}

    def __enter__(self):
        with contextlib.ExitStack() as made:
            self.folder = pathlib.Path(made.enter_context(tempfile.TemporaryDirectory(prefix="hosts-")))
            (self.folder / "hosts").write_text("".join(f"{PREFIX}{host + 1} slots=64\n" for host in range(self.count)))
            self.agent = self.folder / "agent"
            # Replaces ssh: `agent ADDRESS COMMAND...`; a shell on the host parses the command.
            self.agent.write_text(f'#!/bin/sh\nhost=$((${{1##*.}} - 1))\nshift\nexec ip netns exec {self.label}-$host '
                                  'unshare --uts sh -c "hostname host$host; $*"\n')
            self.agent.chmod(0o755)
            devices = []
            for host in range(self.count):
                ip("netns", "add", self.name(host))
                made.callback(self.remove, host)
                devices.append(os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK))
                made.callback(os.close, devices[-1])
                device = f"wire{os.getpid()}.{host}"[:15]
                fcntl.ioctl(devices[-1], TUNSETIFF, struct.pack("16sH22x", device.encode(), TAP | NO_PREFIX | VNET_HEADER))
                fcntl.ioctl(devices[-1], TUNSETOFFLOAD, CHECKSUMS | SEGMENTS)
                ip("link", "set", device, "netns", self.name(host), "name", "wire", "address", f"02:00:00:00:00:{host:02x}")
                within = ("-n", self.name(host))
                ip(*within, "addr", "add", f"{PREFIX}{host + 1}/24", "dev", "wire")
                for link in ("lo", "wire"):
                    ip(*within, "link", "set", link, "up")
            self.wire = Wire(devices, self.delay_ms, self.mbit)
            self.wire.start()
            made.callback(self.wire.stop)
            self.resources = made.pop_all()
        return self

    def remove(self, host):
        self.kill(host)
        ip("netns", "del", self.name(host))

    def __exit__(self, *_):
        self.resources.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", type=int, default=2, help="2 to 250")
    parser.add_argument("--delay-ms", type=float, default=1, help="between two hosts, one way")
    parser.add_argument("--mbit", type=float, default=1000, help="rate at which a host sends and receives")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    reason = why_not()
    if reason:
        sys.exit(f"hosts: {reason}")
    with Hosts(options.hosts, options.delay_ms, options.mbit) as hosts:
        sys.exit(subprocess.run([*hosts.enter(0), *options.command], env=hosts.environment(), check=False).returncode)


if __name__ == "__main__":
    main()
