"""CPython's multiprocessing.Pool of two workers, with tasks that only add one."""

import multiprocessing
from time import perf_counter

from measure import main, rate, scaled


def plus_one(number):
    return number + 1


def timed(count, run):
    """The rate of `run(pool, count)`, which gives all answers; the workers are up before."""
    count = scaled(count)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        pool.map(plus_one, range(2), chunksize=1)
        started = perf_counter()
        assert sum(run(pool, count)) == count * (count + 1) // 2
        return rate(count, started)


def apply_async(pool, count):
    under_way = [pool.apply_async(plus_one, (task,)) for task in range(count)]
    return [task.get() for task in under_way]


def apply(pool, count):
    return [pool.apply(plus_one, (task,)) for task in range(count)]


def map_by_default(pool, count):
    return pool.map(plus_one, range(count))


def imap_unordered(pool, count):
    return pool.imap_unordered(plus_one, range(count))


main({
    "apply-async": lambda: timed(12_000, apply_async),
    "apply": lambda: timed(2_000, apply),
    "map": lambda: timed(2_000_000, map_by_default),
    "imap-unordered": lambda: timed(15_000, imap_unordered),
})
