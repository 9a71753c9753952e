"""Runs both sides of every row in turns, round by round, and prints the ratios: scripts/bench."""

import argparse
import sys

from programs import Programs
from report import Result, as_json, show_row
from rows import LESSONS, ROWS
from running import busy_share, neighbours, run
from sides import Failed, Missing


def options():
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Runs lessons and their peers in turns and prints the ratios of their rates.",
    )
    parser.add_argument("lesson", nargs="*", help=f"only these of: {' '.join(LESSONS)}")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="of each row (5)")
    for option, meaning in [
        ("--quick", "one small round: only to see that everything runs"),
        ("--json", "every figure of every round, as JSON"),
        ("--check", "exit with 1 when a ratio is below 0.7 of its goal"),
    ]:
        parser.add_argument(option, action="store_true", help=meaning)
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


def measure(row, programs, asked):
    """All rounds of a row: its lines with their figures."""
    figures, problems = {side: [] for side in row.sides()}, {}
    with neighbours(row.neighbours):
        for _ in range(asked.rounds):
            for side in row.sides():
                if side not in problems and row.ours not in problems:
                    try:
                        figures[side].append(run(side, programs, asked.quick))
                    except (Missing, Failed) as problem:
                        problems[side] = problem
    return [result(line, row.ours, figures, problems) for line in row.lines]


def result(line, ours, figures, problems):
    for side in (ours, line.peer):
        if side in problems:
            return Result(line, [], [], str(problems[side]), isinstance(problems[side], Failed))
    try:
        rounds = [[one[line.figure] for one in figures[side]] for side in (ours, line.peer)]
    except KeyError:
        return Result(line, [], [], f"a side printed no line `NAME{line.figure} NUMBER`", True)
    return Result(line, *rounds)


def main():
    asked = options()
    rows = [row for row in ROWS if not asked.lesson or row.lesson in asked.lesson]
    busy = busy_share()
    if busy > 0.1 and not asked.quick:
        complain(f"others keep this machine {busy:.0%} busy: the ratios will be less steady")
    programs = Programs(ROWS, complain)
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


try:
    sys.exit(main())
except KeyboardInterrupt:
    sys.exit(130)
