"""CPython's multiprocessing.Pipe.

`send` takes an object (it is pickled, as ours is encoded); `send_bytes` takes bytes as they are.
"""

import multiprocessing
from time import perf_counter

from measure import main, rate, scaled

context = multiprocessing.get_context("fork")


def timed(count, write, read):
    """The rate at which `read` takes `count` messages that another process gives to `write`."""
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=write, args=(sender, count))
    child.start()
    started = perf_counter()
    for _ in range(count):
        read(receiver)
    result = rate(count, started)
    child.join()
    return result


def send_pairs(sender, count):
    for number in range(count):
        sender.send((number, number))


def one_way():
    """A tuple of two numbers, as ours."""
    return timed(scaled(120_000), send_pairs, lambda receiver: receiver.recv())


def large(len_bytes, count, method):
    message = b"\7" * len_bytes

    def send(sender, count):
        give = getattr(sender, method)
        for _ in range(count):
            give(message)

    take = {"send": "recv", "send_bytes": "recv_bytes"}[method]
    return timed(scaled(count), send, lambda receiver: getattr(receiver, take)())


def echo(connection):
    try:
        while True:
            connection.send(connection.recv())
    except EOFError:
        pass


def ping_pong():
    """A tuple of two numbers there and back."""
    count = scaled(10_000)
    here, there = context.Pipe()
    child = context.Process(target=echo, args=(there,), daemon=True)
    child.start()
    there.close()
    started = perf_counter()
    for trip in range(count):
        here.send((trip, trip))
        assert here.recv()[0] == trip
    result = rate(count, started)
    # The child has a copy of this end as well, so that closing it would not end it.
    child.terminate()
    child.join()
    return result


main({
    "one-way": one_way,
    "ping-pong": ping_pong,
    "64k-send": lambda: large(64 << 10, 10_000, "send"),
    "64k-send-bytes": lambda: large(64 << 10, 10_000, "send_bytes"),
    "1m-send": lambda: large(1 << 20, 200, "send"),
    "1m-send-bytes": lambda: large(1 << 20, 250, "send_bytes"),
})
