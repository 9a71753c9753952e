"""CPython's multiprocessing.Process, started by fork, and os.fork."""

import multiprocessing
import os
from time import perf_counter

from measure import main, rate, scaled

context = multiprocessing.get_context("fork")


def answer(sender, number):
    sender.send(number)


def start_join():
    """A Process with a value that comes back through a Pipe."""
    count = scaled(250)
    started = perf_counter()
    for number in range(count):
        receiver, sender = context.Pipe(duplex=False)
        child = context.Process(target=answer, args=(sender, number))
        child.start()
        sender.close()
        assert receiver.recv() == number
        receiver.close()
        child.join()
    return rate(count, started)


def large_fork():
    """A bare os.fork of a parent that has touched 256 MiB."""
    count = scaled(40)
    touched = b"\1" * (256 << 20)
    started = perf_counter()
    for _ in range(count):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
    result = rate(count, started)
    assert len(touched) == 256 << 20
    return result


main({"start-join": start_join, "large-fork": large_fork})
