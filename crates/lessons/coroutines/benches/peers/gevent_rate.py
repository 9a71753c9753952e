"""gevent and urllib. pip install gevent"""
from gevent import monkey

monkey.patch_all()

from urllib.request import urlopen

import gevent
from gevent.pool import Pool

import measure


def same(number):
    return number


def map_empty():
    results = Pool(measure.BOUND).map(same, range(measure.EMPTY))
    assert results == list(range(measure.EMPTY))


def spawn():
    for _ in range(measure.EMPTY // measure.AT_ONCE):
        tasks = [gevent.spawn(same, number) for number in range(measure.AT_ONCE)]
        gevent.joinall(tasks)
        assert [task.value for task in tasks] == list(range(measure.AT_ONCE))


def idle_bytes():
    before = measure.resident_bytes()
    tasks = [gevent.spawn(gevent.sleep, 1000) for _ in range(measure.IDLE)]
    gevent.sleep(0)
    return (measure.resident_bytes() - before) // len(tasks)


def gets(url):
    def get():
        with urlopen(url, timeout=60) as page:
            return len(page.read())

    tasks = [gevent.spawn(get) for _ in range(measure.GETS)]
    gevent.joinall(tasks, raise_error=True)
    assert all(task.value == measure.PAGE_BYTES for task in tasks)


measure.main(map_empty, spawn, idle_bytes, gets)
