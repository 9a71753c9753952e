"""CPython's queues: multiprocessing.Queue between processes, queue.Queue between threads."""

import multiprocessing
import queue
import threading
from time import perf_counter

from measure import main, rate, scaled

context = multiprocessing.get_context("fork")


def put_pairs(items, count):
    for number in range(count):
        items.put((number, number))


def two_producers(items, start, count):
    """Two producers and one consumer of tuples of two numbers."""
    producers = [start(target=put_pairs, args=(items, count)) for _ in range(2)]
    for producer in producers:
        producer.start()
    started = perf_counter()
    for _ in range(2 * count):
        items.get()
    result = rate(2 * count, started)
    for producer in producers:
        producer.join()
    return result


main({
    "processes": lambda: two_producers(context.Queue(), context.Process, scaled(40_000)),
    "threads": lambda: two_producers(queue.Queue(), threading.Thread, scaled(100_000)),
})
