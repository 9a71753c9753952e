"""gevent, by the measurements of ../rate.rs: gevent_rate.py NAME [URL]

pip install gevent
"""
from gevent import monkey

monkey.patch_all()

import resource
import sys
import time
from urllib.request import urlopen

import gevent
from gevent.pool import Pool

EMPTY = 1_000_000
AT_ONCE = 100_000
BOUND = 100
IDLE = 200_000
GETS = 10_000


def rate(name, count, act):
    begin = time.monotonic()
    act()
    print(name, round(count / (time.monotonic() - begin)))


def same(number):
    return number


def do_map():
    assert Pool(BOUND).map(same, range(EMPTY)) == list(range(EMPTY))


def spawn():
    for _ in range(EMPTY // AT_ONCE):
        tasks = [gevent.spawn(same, number) for number in range(AT_ONCE)]
        gevent.joinall(tasks)
        assert [task.value for task in tasks] == list(range(AT_ONCE))


def resident_bytes():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def idle_bytes():
    before = resident_bytes()
    tasks = [gevent.spawn(gevent.sleep, 1000) for _ in range(IDLE)]
    gevent.sleep(0)
    return (resident_bytes() - before) // len(tasks)


def gets(url):
    def get(_):
        with urlopen(url, timeout=60) as page:
            return len(page.read())

    def all_at_once():
        tasks = [gevent.spawn(get, number) for number in range(GETS)]
        gevent.joinall(tasks, raise_error=True)
        assert all(task.value == 1000 for task in tasks)

    begin = time.monotonic()
    all_at_once()
    rate = GETS / (time.monotonic() - begin)
    print("gets-rss-kib", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    print("gets", round(rate))


match sys.argv[1:]:
    case ["map"]:
        rate("map", EMPTY, do_map)
    case ["spawn"]:
        rate("spawn", EMPTY, spawn)
    case ["idle-bytes"]:
        print("idle-bytes", idle_bytes())
    case ["gets", url]:
        gets(url)
    case _:
        sys.exit("one of: gets URL, map, spawn, idle-bytes")
