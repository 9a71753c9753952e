"""Celery: tasks by `delay`, all handed in and then all taken, or one after the other. On a Redis of its
own; or, for `broker`, on the RabbitMQ at CELERY_PEER_URL, which has to have a worker of this file."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from time import perf_counter

from celery import Celery
from measure import main, rate, scaled

URL = os.environ.get("CELERY_PEER_URL", "redis://127.0.0.1:1/0")
app = Celery("celery_peers", broker=URL, backend="rpc://" if URL.startswith("amqp") else URL)
app.conf.broker_connection_retry_on_startup = True


@app.task
def square(number):
    return number * number


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def through(hand_in):
    """The rate of `hand_in`, with a Redis and a worker of its own."""
    port = free_port()
    app.conf.broker_url = app.conf.result_backend = url = f"redis://127.0.0.1:{port}/0"
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    # Of a script that is run by its name, a worker knows the tasks by this one.
    environment = {**os.environ, "CELERY_PEER_URL": url}
    with tempfile.TemporaryDirectory() as folder:
        redis = ["redis-server", "--port", str(port), "--dir", folder, "--save", ""]
        work = [sys.executable, "-m", "celery", "-A", "celery_peers", "worker", "-c", "1"]
        started = [subprocess.Popen(redis, **silent)]
        try:
            wait_for(port)
            here = Path(__file__).parent
            started.append(subprocess.Popen(work, cwd=here, env=environment, **silent))
            return on_broker(hand_in)
        finally:
            for process in reversed(started):
                process.terminate()
                process.wait()


def on_broker(hand_in):
    """The rate of `hand_in`, with what is there."""
    square_by_name(1).get(timeout=50)
    begun = perf_counter()
    return rate(hand_in(), begun)


def wait_for(port):
    for _ in range(200):
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
    sys.exit("redis-server does not answer")


def square_by_name(number):
    return app.send_task("celery_peers.square", (number,))


def many():
    results = [square_by_name(number) for number in range(scaled(1_000))]
    for result in results:
        result.get()
    return len(results)


def one():
    count = scaled(500)
    for number in range(count):
        square_by_name(number).get()
    return count


if __name__ == "__main__":
    main({"many": lambda: through(many), "one": lambda: through(one), "broker": lambda: on_broker(many)})
