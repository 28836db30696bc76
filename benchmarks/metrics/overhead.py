#!/usr/bin/env python3
"""What it costs to be watched: the time of a step of `quickstart` with and without metrics.

    python3 overhead.py [--recipe quickstart] [--steps 300] [--rounds 5] [--interval 5]

Runs `alexnet train` (built before in Release), in turn and once for each round: without metrics and flight recorder; with the recorder
alone; with metrics as well, read from every process each --interval seconds as Prometheus would; and with these sent to a collector and
one of ten steps traced. The collector is a
thread of this script that throws away what it gets. Each run's median step is compared with that of the round's run without metrics, so
that a drift of the machine's speed meets all alike. Prints Markdown.
"""

import argparse
import http.server
import json
import os
import pathlib
import socket
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALEXNET = ROOT / "src/AlexNet.Cli/bin/Release/net10.0/alexnet"
WARM_UP = 20  # steps
PROCESSES = 3  # coordinator and two workers
VARIANTS = ["nothing", "flight recorder", "and metrics", "and a collector, with traces"]


class Sink(http.server.BaseHTTPRequestHandler):
    received = 0

    def do_POST(self):
        Sink.received += len(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


class Reader(threading.Thread):
    """Reads all metrics ports at an interval, and remembers how long it took and how much came."""

    def __init__(self, first_port, interval):
        super().__init__(daemon=True)
        self.urls = [f"http://127.0.0.1:{first_port + i}/metrics" for i in range(PROCESSES)]
        self.interval, self.over, self.seconds, self.bytes = interval, threading.Event(), [], []

    def run(self):
        while not self.over.wait(self.interval):
            for url in self.urls:
                try:
                    begun = time.perf_counter()
                    self.bytes.append(len(urllib.request.urlopen(url, timeout=self.interval).read()))
                    self.seconds.append(time.perf_counter() - begun)
                except OSError:
                    pass  # it starts, or has ended


def free_ports():
    """The first of as many free ports in a row as there are processes."""
    while True:
        with socket.socket() as first:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
        try:
            for i in range(PROCESSES):
                with socket.socket() as one:
                    one.bind(("127.0.0.1", port + i))
            return port
        except (OSError, OverflowError):
            continue


def run(arguments, variant, collector, reader_of):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ALEXNET_")}
    if variant == VARIANTS[0]:
        environment["ALEXNET_FLIGHTS"] = "off"
    if variant in VARIANTS[:2]:
        environment["ALEXNET_METRICS"] = "none"
    if variant == VARIANTS[3]:
        environment |= {"ALEXNET_OTLP": collector, "ALEXNET_TRACE_EVERY": "10"}
    port = free_ports()
    reader = reader_of(port) if variant not in VARIANTS[:2] else None
    with tempfile.TemporaryDirectory() as folder:
        command = [str(ALEXNET), "train", arguments.recipe, "--steps", str(arguments.steps), "--output", "json", "--no-pictures",
                   "--run-dir", folder + "/run", "--metrics-port", str(port)]
        if reader:
            reader.start()
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        if reader:
            reader.over.set()
            reader.join()
        if done.returncode != 0:
            raise SystemExit(done.stdout[-1000:] + done.stderr)
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    seconds = [max(w["total"] for w in s["phases"]) for s in steps if s["event"] == "step"][WARM_UP:]
    return statistics.median(seconds), reader


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--recipe", default="quickstart")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--interval", type=float, default=5, help="seconds from one reading of all metrics to the next")
    arguments = parser.parse_args()
    if not ALEXNET.exists():
        raise SystemExit(f"'{ALEXNET}' is missing; build it first: dotnet build -c Release src/AlexNet.Cli")

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    collector = f"http://127.0.0.1:{server.server_port}"

    times = {variant: [] for variant in VARIANTS}
    readings, sizes = [], []
    for number in range(arguments.rounds):
        order = VARIANTS[number % len(VARIANTS):] + VARIANTS[:number % len(VARIANTS)]  # nobody is always first
        for variant in order:
            seconds, reader = run(arguments, variant, collector, lambda port: Reader(port, arguments.interval))
            times[variant].append(seconds)
            if reader:
                readings += reader.seconds
                sizes += reader.bytes

    print(f"{arguments.recipe}, {os.cpu_count()} cores, {arguments.rounds} rounds of {arguments.steps} steps; metrics of {PROCESSES} processes read every {arguments.interval:g} s\n")
    print("| watched by | median step | against nothing, median of the rounds | of single rounds |")
    print("|---|---|---|---|")
    for variant in VARIANTS:
        ratios = [100 * (own / base - 1) for own, base in zip(times[variant], times[VARIANTS[0]])]
        print(f"| {variant} | {1000 * statistics.median(times[variant]):.2f} ms | {statistics.median(ratios):+.2f}% | {', '.join(f'{r:+.2f}%' for r in ratios)} |")
    print(f"\nOne reading takes {1000 * statistics.median(readings):.1f} ms (median of {len(readings)}) and {statistics.median(sizes):.0f} bytes; the collector got {Sink.received / 1e6:.1f} MB.")


if __name__ == "__main__":
    main()
