"""Runs a side once, on its own or beside busy neighbours, and reads what it prints."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

from sides import ROOT, Constant, Failed

SECONDS_A_RUN = 60

# Keeps one processor busy; ends when the process that started it has ended.
NEIGHBOUR = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: sum(range(100_000))"


def run(side, programs, quick):
    """Its figures by what follows the side's name where they were printed, mostly nothing."""
    if isinstance(side, Constant):
        return {"": side.number}
    where = f"{side.home} {side.name}"
    code, output, complaint = finish(where, side.command(programs), quick)
    if code != 0:
        said = "; ".join((complaint or output).strip().splitlines()[-3:])
        raise Failed(f"{where} ended with {code}: {said or 'it printed nothing'}")
    printed = dict(filter(None, map(numbered, output.splitlines())))
    if side.name not in printed:
        raise Failed(f"{where} printed no line `{side.name} NUMBER`")
    return {name.removeprefix(side.name): number for name, number in printed.items()}


def numbered(line):
    """NAME and NUMBER, if the line is of that form."""
    try:
        name, number = line.split()
        return name, float(number)
    except ValueError:
        return None


def finish(where, command, quick):
    """Exit code and what was printed, within the limit of time."""
    environment = {**os.environ, "RUST_BACKTRACE": "0"}
    if quick:
        environment["BENCH_QUICK"] = "1"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    # A session of its own: whatever it starts can be ended with it.
    child = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, **pipes)
    try:
        output, complaint = child.communicate(timeout=SECONDS_A_RUN)
        return child.returncode, output, complaint
    except subprocess.TimeoutExpired:
        raise Failed(f"{where} had not ended after {SECONDS_A_RUN} s") from None
    finally:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.wait()


def busy_share():
    """How much of the processors' time other programs use now, from 0 to 1; takes 0.3 s."""
    before = processor_times()
    time.sleep(0.3)
    idle, total = (now - then for now, then in zip(processor_times(), before))
    return 1 - idle / max(total, 1)


def processor_times():
    """Of all processors: the ticks that were idle, and all ticks (proc(5), /proc/stat)."""
    with open("/proc/stat") as stat:
        ticks = [int(word) for word in stat.readline().split()[1:]]
    return ticks[3] + ticks[4], sum(ticks)


@contextmanager
def neighbours(number):
    started = [subprocess.Popen([sys.executable, "-c", NEIGHBOUR]) for _ in range(number)]
    try:
        yield
    finally:
        for neighbour in started:
            neighbour.kill()
            neighbour.wait()
