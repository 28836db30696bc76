#!/usr/bin/env python3
"""Whether a training's memory stays flat: resident memory of each worker and the coordinator, by step.

    python3 memory.py [--steps 10000] [--every 500] [arguments of `alexnet train`]

Builds in Release, trains `quickstart`, reads /proc at every so many steps, and prints a Markdown table with the growth from the first third of the
run's readings to the last, each as their mean. Growth of a few MiB is the heap's breathing; a leak of one small tensor a step would be tens.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALEXNET = ROOT / "src/AlexNet.Cli/bin/Release/net10.0/alexnet"


def resident(pid):
    """Resident memory in MiB, without what is shared with other processes through /dev/shm."""
    fields = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(fields["RssAnon"].split()[0]) / 1024


def processes(run_directory):
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue  # it has just ended
        program = pathlib.Path(command[0]).name
        if program in ("AlexNet.Worker", "AlexNet.Coordinator") and any(run_directory in argument for argument in command):
            worker = command[command.index("--worker-id") + 1] if "--worker-id" in command else "coordinator"
            yield worker, int(path.parent.name)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--every", type=int, default=500)
    arguments, more = parser.parse_known_args()
    subprocess.run(["dotnet", "build", "-c", "Release", "-v", "quiet", "--nologo", str(ROOT / "src/AlexNet.Cli")], check=True, stdout=subprocess.DEVNULL)

    readings = {}
    with tempfile.TemporaryDirectory() as directory:
        command = [ALEXNET, "train", "quickstart", "--steps", str(arguments.steps), "--epochs", "1000000", "--run-dir", directory, "--output", "json", *more]
        with subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, text=True) as run:
            for line in run.stdout:
                event = json.loads(line)
                if event["event"] == "step" and event["step"] % arguments.every == 0:
                    readings[event["step"]] = {name: resident(pid) for name, pid in processes(directory)}
        if run.returncode != 0:
            raise SystemExit(f"the run ended with exit code {run.returncode}")

    names = sorted(readings[min(readings)])
    print("| step | " + " | ".join(f"{name}, MiB" for name in names) + " |\n|---|" + "---|" * len(names))
    for step, values in readings.items():
        print(f"| {step} | " + " | ".join(f"{values[name]:.1f}" for name in names) + " |")
    third = len(readings) // 3
    rows = list(readings.values())
    growth = [statistics.mean(r[n] for r in rows[-third:]) - statistics.mean(r[n] for r in rows[:third]) for n in names]
    print("| growth, first third to last | " + " | ".join(f"{g:+.1f}" for g in growth) + " |")


if __name__ == "__main__":
    main()
