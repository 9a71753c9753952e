"""CPython's multiprocessing.managers: two queues on a server, a worker, and a client that hands in."""

import multiprocessing
import queue
from multiprocessing.managers import BaseManager
from time import perf_counter

from measure import main, rate, scaled

context = multiprocessing.get_context("fork")
queues = {"tasks": queue.Queue(), "results": queue.Queue()}


class Manager(BaseManager):
    pass


Manager.register("tasks", lambda: queues["tasks"])
Manager.register("results", lambda: queues["results"])


def work(address, key):
    manager = Manager(address, key)
    manager.connect()
    tasks, results = manager.tasks(), manager.results()
    while (number := tasks.get()) is not None:
        results.put(number * number)


def through(hand_in):
    """The rate of `hand_in`, which puts tasks and gets their results."""
    with Manager(("127.0.0.1", 0), b"a key of both", ctx=context) as manager:
        worker = context.Process(target=work, args=(manager.address, b"a key of both"))
        worker.start()
        tasks, results = manager.tasks(), manager.results()
        tasks.put(1)
        results.get()
        started = perf_counter()
        measured = rate(hand_in(tasks, results), started)
        tasks.put(None)
        worker.join()
    return measured


def many(tasks, results):
    count = scaled(4_000)
    for number in range(count):
        tasks.put(number)
    for _ in range(count):
        results.get()
    return count


def one(tasks, results):
    count = scaled(4_000)
    for number in range(count):
        tasks.put(number)
        results.get()
    return count


main({"many": lambda: through(many), "one": lambda: through(one)})
