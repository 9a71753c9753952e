"""CPython's threading: starting a thread, Lock and RLock."""

import threading
from time import perf_counter

from measure import main, rate, scaled


def start_join():
    count = scaled(4_000)
    started = perf_counter()
    for _ in range(count):
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()
    return rate(count, started)


def lock_and_unlock(lock, count):
    for _ in range(count):
        with lock:
            pass


def alone(lock):
    count = scaled(3_000_000)
    started = perf_counter()
    lock_and_unlock(lock, count)
    return rate(count, started)


def two(lock):
    """Two threads at once; the rate is of both together."""
    count = scaled(1_000_000)
    threads = [threading.Thread(target=lock_and_unlock, args=(lock, count)) for _ in range(2)]
    started = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return rate(2 * count, started)


main({
    "start-join": start_join,
    "lock-alone": lambda: alone(threading.Lock()),
    "lock-two": lambda: two(threading.Lock()),
    "rlock-alone": lambda: alone(threading.RLock()),
    "rlock-two": lambda: two(threading.RLock()),
})
