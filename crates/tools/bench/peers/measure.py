"""What each peer does with its command line: NAME in, `NAME RATE` out, the rate a second."""

import os
import sys
import time


def scaled(count):
    """A hundredth of the work when only to see that everything runs (scripts/bench --quick)."""
    return max(count // 100, 10) if "BENCH_QUICK" in os.environ else count


def rate(count, started):
    """The rate a second of `count` things done since `started`, by time.perf_counter."""
    return count / (time.perf_counter() - started)


def main(measurements):
    """Runs the one that the command line names."""
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name not in measurements:
        sys.exit(f"one of: {' '.join(measurements)}")
    print(f"{name} {measurements[name]():.0f}")
