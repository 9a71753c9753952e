"""What the peers share: the measurements of ../rate.rs, named and printed as there.

    NAME.py map | spawn | idle-bytes | gets RATE

RATE is the program that `cargo bench -p coroutines --no-run` names; it is also the server.
"""
import contextlib
import resource
import subprocess
import sys
import time

EMPTY = 100_000
AT_ONCE = 100_000
BOUND = 100
IDLE = 100_000
GETS = 10_000
PAGE_BYTES = 1000


def rate(name, count, act):
    """Runs `act` and prints how many of `count` it did in a second."""
    begin = time.monotonic()
    act()
    took = time.monotonic() - begin
    if name == "gets":
        print("gets-rss-kib", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    print(name, round(count / took))


def resident_bytes():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


@contextlib.contextmanager
def server(program):
    """The address of a page that comes after 100 ms, from a process of its own."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([program, "serve"], text=True, **pipes) as process:
        yield process.stdout.readline().strip()
        process.stdin.close()


def main(map, spawn, idle_bytes, gets):
    """Runs the measurement that the command line names."""
    match sys.argv[1:]:
        case ["map"]:
            rate("map", EMPTY, map)
        case ["spawn"]:
            rate("spawn", EMPTY, spawn)
        case ["idle-bytes"]:
            print("idle-bytes", idle_bytes())
        case ["gets", program]:
            with server(program) as url:
                rate("gets", GETS, lambda: gets(url))
        case _:
            sys.exit(__doc__)
