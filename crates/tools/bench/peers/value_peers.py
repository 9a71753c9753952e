"""CPython's multiprocessing.Value, raised under its lock."""

import multiprocessing
from time import perf_counter

from measure import main, rate, scaled

context = multiprocessing.get_context("fork")


def raise_it(value, count):
    for _ in range(count):
        with value.get_lock():
            value.value += 1


def alone():
    count = scaled(500_000)
    value = context.Value("q", 0)
    started = perf_counter()
    raise_it(value, count)
    assert value.value == count
    return rate(count, started)


def two():
    """Two processes at once; the rate is of both together."""
    count = scaled(150_000)
    value = context.Value("q", 0)
    children = [context.Process(target=raise_it, args=(value, count)) for _ in range(2)]
    started = perf_counter()
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert value.value == 2 * count
    return rate(2 * count, started)


main({"alone": alone, "two": two})
