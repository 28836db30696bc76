"""Hosts on one machine: a network namespace each, joined by a switch in this process with a rate and a latency. Needs Linux, root, iproute2 and /dev/net/tun.

Each host's interface is a tap device whose frames this process reads, keeps for as long as a link of the rate would take and the latency more, and writes into
the other's. Frames are large (MTU 60,000), so that the switch costs little; TCP sees the rate and the latency as it would see a cable's.
"""

import contextlib
import fcntl
import os
import queue
import struct
import subprocess
import threading
import time

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
MTU, QUEUE = 60_000, 1000


class Network:
    """hosts reach each other as 10.78.0.1, 10.78.0.2, ..."""

    def __init__(self, hosts, bits_per_second, latency_seconds):
        self._rate, self._latency = bits_per_second / 8, latency_seconds
        self._names = [f"alnet{os.getpid()}-{host}" for host in range(hosts)]
        self._taps = [self._plug(host) for host in range(hosts)]
        self._lines = [queue.Queue() for _ in range(hosts)]
        for host in range(hosts):
            threading.Thread(target=self._read, args=(host,), daemon=True).start()
            threading.Thread(target=self._deliver, args=(host,), daemon=True).start()

    def address(self, host):
        return f"10.78.0.{host + 1}"

    def command(self, host, *arguments):
        return ["ip", "netns", "exec", self._names[host], *map(str, arguments)]

    def close(self):
        for name in self._names:
            subprocess.run(["ip", "netns", "delete", name], check=False)

    def _plug(self, host):
        name, interface = self._names[host], f"al{os.getpid() % 100000}h{host}"
        tap = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH14x", interface.encode(), IFF_TAP | IFF_NO_PI))
        ip("netns", "add", name)
        ip("link", "set", interface, "netns", name)
        ip("-netns", name, "link", "set", "lo", "up")
        ip("-netns", name, "address", "add", f"{self.address(host)}/24", "dev", interface)
        ip("-netns", name, "link", "set", interface, "address", f"02:00:00:00:00:{host:02x}", "mtu", MTU, "txqueuelen", QUEUE, "up")
        return tap

    def _read(self, host):
        """Frames leave one after the other: the next is read when the one before has left, and what comes too fast waits in the interface's queue."""
        free = 0.0
        for frame in self._frames(host):
            free = max(free, time.monotonic()) + len(frame) / self._rate
            for other in self._targets(host, frame):
                self._lines[other].put((free + self._latency, frame))
            if (ahead := free - time.monotonic()) > 0.0005:
                time.sleep(ahead)

    def _frames(self, host):
        with contextlib.suppress(OSError):  # its namespace is deleted
            while frame := os.read(self._taps[host], MTU + 64):
                yield frame

    def _targets(self, host, frame):
        others = [h for h in range(len(self._taps)) if h != host]
        return [frame[5]] if frame[0] == 0x02 and frame[5] in others else others

    def _deliver(self, host):
        while True:
            due, frame = self._lines[host].get()
            if (left := due - time.monotonic()) > 0:
                time.sleep(left)
            os.write(self._taps[host], frame)


def ip(*arguments):
    subprocess.run(["ip", *map(str, arguments)], check=True)
