"""Runs both sides of every row in turns, round by round, and prints the ratios: scripts/bench."""

import argparse
import os
import subprocess
import sys
from contextlib import contextmanager

from report import Result, as_json, show_row
from rows import LESSONS, ROWS
from sides import Constant, Failed, Missing, Programs, run

# Burns one processor; ends when whoever started it has ended.
NEIGHBOUR = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: sum(range(100_000))"


def options():
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Runs the lessons and their peers in turns and prints the ratios of their rates.",
    )
    parser.add_argument("lesson", nargs="*", help=f"only these of: {' '.join(LESSONS)}")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds of each row (5)")
    parser.add_argument("--quick", action="store_true", help="one small round, to see that everything runs")
    parser.add_argument("--json", action="store_true", help="every figure of every round, as JSON")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a ratio is below 0.7 of its goal")
    asked = parser.parse_args()
    unknown = [name for name in asked.lesson if name not in LESSONS]
    if unknown:
        parser.error(f"no rows for {' '.join(unknown)}; there are {' '.join(LESSONS)}")
    if asked.rounds < 1:
        parser.error("--rounds takes 1 or more")
    if asked.quick:
        asked.rounds = 1
    return asked


def complain(text):
    print(text, file=sys.stderr, flush=True)


@contextmanager
def busy(neighbours):
    started = [subprocess.Popen([sys.executable, "-c", NEIGHBOUR]) for _ in range(neighbours)]
    try:
        yield
    finally:
        for neighbour in started:
            neighbour.kill()
            neighbour.wait()


def measure(row, programs, asked):
    """All rounds of a row: its lines with their figures."""
    figures, problems = {side: [] for side in row.sides()}, {}
    with busy(row.neighbours):
        for _ in range(asked.rounds):
            for side in row.sides():
                if side not in problems and row.ours not in problems:
                    try:
                        figures[side].append(once(side, programs, asked.quick))
                    except (Missing, Failed) as problem:
                        problems[side] = problem
    return [result(line, row.ours, figures, problems) for line in row.lines]


def once(side, programs, quick):
    if isinstance(side, Constant):
        return {"": side.number}
    return run(side, side.command(programs), quick)


def result(line, ours, figures, problems):
    for side in (ours, line.peer):
        if side in problems:
            return Result(line, [], [], str(problems[side]), isinstance(problems[side], Failed))
    try:
        ours, peer = ([figure[line.figure] for figure in figures[side]] for side in (ours, line.peer))
    except KeyError:
        return Result(line, [], [], f"no line `NAME{line.figure} NUMBER` was printed", True)
    return Result(line, ours, peer)


def main():
    asked = options()
    rows = [row for row in ROWS if not asked.lesson or row.lesson in asked.lesson]
    load = os.getloadavg()[0]
    if load > 0.5 and not asked.quick:
        complain(f"others keep this machine busy (load {load:.1f}): the ratios will be less steady")
    programs = Programs(rows, complain)
    done = []
    for row in rows:
        done.append((row, measure(row, programs, asked)))
        if not asked.json:
            print(show_row(*done[-1], asked.quick), flush=True)
    if asked.json:
        print(as_json(done, asked.rounds))
    results = [result for _, results in done for result in results]
    failed = any(result.failed for result in results)
    far_off = asked.check and not asked.quick and any(result.far_off() for result in results)
    return 1 if failed or far_off else 0


sys.exit(main())
