#!/usr/bin/env python3
"""Changes decisions of coordinator and worker one at a time, and looks whether the unit tests see it.

    python3 benchmarks/mutations/mutate.py                  # 20 changes, drawn from a seed that it prints
    python3 benchmarks/mutations/mutate.py --count 50 --seed 7
    python3 benchmarks/mutations/mutate.py --only src/Lockstep.Core/Membership/MembershipPolicy.cs:152

A change is drawn among the lines of the files in FILES, then among what can be changed in the line: a condition is turned round, < and <=
or && and || change places, a result becomes another, a statement is left out. One that does not compile is drawn again. It works on a
private copy of the last commit with what is changed since (a worktree in a temporary folder), starts no process but the tests, and ends
with code 1 where a change survives. Those that change nothing that could be seen are in equivalent.txt, with the reason.
"""

import argparse
import fnmatch
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PATIENCE = 90  # seconds for the tests of one project; a loop that does not end is seen too

COORDINATOR = ("tests/Lockstep.Core.Tests", ["--filter-namespace", "Lockstep.Core.Tests.Membership"]), (
    "tests/Lockstep.Coordinator.Tests",
    ["--filter-namespace", "Lockstep.Coordinator.Tests.Run", "--filter-not-class", "Lockstep.Coordinator.Tests.Run.RunLoopTests"],
)
WORKER = (("tests/Lockstep.Worker.Tests", ["--filter-not-namespace", "Lockstep.Worker.Tests.Paths"]),)

# what decides, and the tests that must see a change of it
FILES = {
    "src/Lockstep.Core/Membership/*.cs": COORDINATOR,
    "src/Lockstep.Coordinator/Generations/*.cs": COORDINATOR[1:],
    "src/Lockstep.Coordinator/Workers/Roster.cs": COORDINATOR[1:],
    "src/Lockstep.Coordinator/Run/RunDirector.cs": COORDINATOR[1:],
    "src/Lockstep.Coordinator/Run/RunEnding.cs": COORDINATOR[1:],
    "src/Lockstep.Coordinator/Run/GenerationLead.cs": COORDINATOR[1:],
    "src/Lockstep.Coordinator/Run/WorkerHearing.cs": COORDINATOR[1:],
    "src/Lockstep.Worker/Control/Border.cs": WORKER,
    "src/Lockstep.Worker/Control/Outgoing.cs": WORKER,
    "src/Lockstep.Worker/Run/GenerationEnd.cs": WORKER,
    "src/Lockstep.Worker/Run/OrderlyLeave.cs": WORKER,
    "src/Lockstep.Worker/Run/WorkerFailure.cs": WORKER,
    "src/Lockstep.Worker/Run/WorkerOutcome.cs": WORKER,
    "src/Lockstep.Worker/Step/CommitVote.cs": WORKER,
    "src/Lockstep.Worker/Watching/StandstillTeller.cs": WORKER,
    "src/Lockstep.Worker/Watching/StepWatch.cs": WORKER,
}

ENUMS = {
    "RunState": ["Waiting", "Forming", "Running", "Settling", "Draining", "Finished", "Failed"],
    "WorkerStage": ["Joined", "Loaded", "Ready", "Finished", "Drained", "Stopped", "Failed", "Lost", "Away"],
    "RestartCause": ["Lost", "Hung", "Failed"],
    "ExitCodes": ["Done", "Failed", "BadInput", "Interrupted", "MemoryExhausted"],
    "BorderActions": ["None", "Save", "Regroup", "Drain"],
}

# (what it is called, pattern, replacement); a function gets the match and the random numbers
SWAPS = [
    ("== to !=", r" == ", " != "),
    ("!= to ==", r" != ", " == "),
    ("< to <=", r" < ", " <= "),
    ("<= to <", r" <= ", " < "),
    ("> to >=", r" > ", " >= "),
    (">= to >", r" >= ", " > "),
    ("&& to ||", r" && ", " || "),
    ("|| to &&", r" \|\| ", " && "),
    ("is null turned round", r" is null\b", " is not null"),
    ("is not null turned round", r" is not null\b", " is null"),
    ("! left out", r"(?<=[( ])!(?=[A-Za-z_(])", ""),
    ("true to false", r"\btrue\b", "false"),
    ("false to true", r"\bfalse\b", "true"),
    ("All to Any", r"\.All\(", ".Any("),
    ("Any to All", r"\.Any\((?=[a-z])", ".All("),
    ("Max to Min", r"\bMath\.Max\(", "Math.Min("),
    ("Min to Max", r"\bMath\.Min\(", "Math.Max("),
    ("+ 1 to - 1", r" \+ 1\b", " - 1"),
    ("ascending to descending", r"\.OrderBy\(", ".OrderByDescending("),
    ("condition turned round", r"^(\s*if )\((.+)\)$", r"\1(!(\2))"),
    ("condition turned round", r"^(\s*)(if|while) \((.+)\)$", r"\1\2 (!(\3))"),
]
STATEMENT = re.compile(r"^(\s+)(?!return|throw|var |break|continue|using|case|else|do |public|private|internal|const)[\w.!]+(\(.*\)|\+\+| (\?\?|\|)?= .+);$")


def code_of(line):
    """The line without its comment, and with strings blanked, so that only code is changed."""
    code = re.sub(r'"(\\.|[^"\\])*"', lambda m: '"' + "\0" * (len(m.group()) - 2) + '"', line)
    at = code.find("//")
    return code if at < 0 else code[:at]


def changes_of(line):
    """Every change of one line: (what, new line)."""
    code = code_of(line)
    if not code.strip() or code.strip().startswith(("using ", "namespace ", "///", "[")):
        return []
    found = []
    for what, pattern, replacement in SWAPS:
        for match in re.finditer(pattern, code):
            new = match.expand(replacement) if "\\" in replacement else replacement
            if "\0" not in new:
                found.append((what, line[: match.start()] + new + line[match.end() :]))
    for name, values in ENUMS.items():
        for match in re.finditer(rf"\b{name}\.(\w+)\b", code):
            if match.group(1) in values:
                other = values[(values.index(match.group(1)) + 1) % len(values)]
                found.append((f"{match.group(1)} to {other}", line[: match.start(1)] + other + line[match.end(1) :]))
    statement = STATEMENT.match(code)
    if statement and "=>" not in code.split("(")[0] and code.count("(") == code.count(")"):
        found.append(("statement left out", statement.group(1) + ";"))
    return found


def mutants(root):
    """(file, line number from 1, what, new line) for every change that can be made."""
    for pattern in FILES:
        for path in sorted(root.glob(pattern)):
            for number, line in enumerate(path.read_text().split("\n"), 1):
                for what, new in changes_of(line):
                    yield str(path.relative_to(root)), number, what, new


def equivalents():
    """(file, old line, what) of the changes that nothing could see."""
    known = set()
    for line in (HERE / "equivalent.txt").read_text().split("\n"):
        if line and not line.startswith("#"):
            file, what, text = line.split(" | ", 2)
            known.add((file, text.strip(), what))
    return known


def run(command, cwd, timeout=None):
    return subprocess.run(["nice", *command], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout)


def tests_of(file):
    return next(tests for pattern, tests in FILES.items() if pathlib.PurePath(file).match(pattern))


def binary(project):
    return f"{project}/bin/Debug/net10.0"


def copy(root):
    """A worktree of the last commit with what has changed since, its tests built."""
    run(["git", "worktree", "add", "--detach", str(root), "HEAD"], ROOT).check_returncode()
    changed = run(["git", "ls-files", "-mo", "--exclude-standard"], ROOT).stdout.split("\n")
    for name in filter(None, changed):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, root / name)
        else:
            (root / name).unlink(missing_ok=True)
    for project in dict.fromkeys(p for tests in FILES.values() for p, _ in tests):
        built = run(["dotnet", "build", project, "-v", "quiet"], root)
        if built.returncode:
            sys.exit(f"{project} does not build:\n{built.stdout}")


def compile_into(root, project, users):
    """Compiles the project alone, and puts it where the tests load it from; false where it does not compile."""
    options = ["--no-restore", "--no-dependencies", "-v", "quiet", "-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=false"]
    if run(["dotnet", "build", project, *options], root).returncode:
        return False
    for user in users:
        shutil.copyfile(root / binary(project) / f"{pathlib.Path(project).name}.dll", root / binary(user) / f"{pathlib.Path(project).name}.dll")
    return True


def test(root, tests):
    """How the tests end, one project after the other: 'failed' at the first that sees the change, 'hung', or 'passed'."""
    for project, options in tests:
        program = f"{root / binary(project)}/{pathlib.Path(project).name}"
        try:
            ended = run([program, *options, "--no-ansi", "--progress", "off", "--stop-on-fail", "on"], root, PATIENCE)
        except subprocess.TimeoutExpired:
            return "hung"
        if ended.returncode:
            return "failed"
    return "passed"


def try_change(root, file, number, new):
    """What becomes of one change: 'does not compile', or how the tests end."""
    path = root / file
    original = path.read_text()
    lines = original.split("\n")
    lines[number - 1] = new
    path.write_text("\n".join(lines))
    project = "/".join(file.split("/")[:2])
    tests = tests_of(file)
    try:
        return test(root, tests) if compile_into(root, project, [p for p, _ in tests]) else "does not compile"
    finally:
        path.write_text(original)


def draw(root, numbers, only, files):
    """Changes in a random order, each line once: the line is drawn first, then what is changed in it."""
    known = equivalents()
    by_line = {}
    for file, number, what, new in mutants(root):
        old = (root / file).read_text().split("\n")[number - 1]
        if (file, old.strip(), what) not in known and (only is None or only == f"{file}:{number}") and fnmatch.fnmatch(file, files):
            by_line.setdefault((file, number), []).append((what, new))
    lines = sorted(by_line)
    numbers.shuffle(lines)
    print(f"{sum(map(len, by_line.values()))} changes of {len(lines)} lines in {len({f for f, _ in lines})} files", flush=True)
    for file, number in lines:
        for what, new in by_line[file, number] if only else [numbers.choice(by_line[file, number])]:
            yield file, number, what, new


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20, help="changes to try (20)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31), help="of the draw; printed")
    parser.add_argument("--files", metavar="PATTERN", default="*", help="draw among these files alone, such as 'src/Lockstep.Worker/*'")
    parser.add_argument("--only", metavar="FILE:LINE", help="every change of one line, in place of a draw")
    parser.add_argument("--list", action="store_true", help="tell what can be changed, and change nothing")
    options = parser.parse_args()
    if options.list:
        for file, number, what, new in mutants(ROOT):
            print(f"{file}:{number} {what}: {new.strip()}")
        return 0

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the copy goes, whoever ends this
    print(f"seed {options.seed}", flush=True)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        root = pathlib.Path(folder) / "tree"
        try:
            copy(root)
            clean = time.monotonic()
            if any(test(root, tests) != "passed" for tests in (COORDINATOR, WORKER)):
                sys.exit("the tests fail before anything is changed.")
            print(f"built in {clean - begun:.0f} s; the tests of the decisions pass in {time.monotonic() - clean:.1f} s", flush=True)
            tried, survivors = 0, 0
            for file, number, what, new in draw(root, random.Random(options.seed), options.only, options.files):
                if tried == options.count and not options.only:
                    break
                started = time.monotonic()
                outcome = try_change(root, file, number, new)
                if outcome == "does not compile":
                    continue
                tried += 1
                survivors += outcome == "passed"
                told = {"passed": "SURVIVED", "failed": "seen", "hung": "seen (hung)"}[outcome]
                print(f"{told:12} {time.monotonic() - started:4.0f} s  {file}:{number}  {what}: {new.strip()[:120]}", flush=True)
        finally:
            run(["git", "worktree", "remove", "--force", str(root)], ROOT)
    print(f"{tried} changes, {tried - survivors} seen, {survivors} survived; {time.monotonic() - begun:.0f} s in all")
    return 1 if survivors or not tried else 0


if __name__ == "__main__":
    sys.exit(main())
