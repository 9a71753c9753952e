"""What is measured against what: the rows, by lesson."""

from shape import Line, Row, at_least, at_most
from sides import PEERS, Constant, Cpython, Lesson, Packaged, Rust


def process_rows():
    def process(name, label="ours"):
        return Lesson("multiprocess", name, label)

    yield Row("process", "start, a value comes back, join", process("start-join"), [
        Line(Cpython("CPython Process", "process_peers.py", "start-join"), at_least(7)),
        Line(process("bare-fork", "fork, pipe, waitpid"), at_least(0.9)),
    ])
    yield Row("process", "start when the parent has touched 256 MiB", process("large-zygote"), [
        Line(process("large-plain", "plain fork"), at_least(30)),
        Line(Cpython("CPython os.fork", "process_peers.py", "large-fork")),
    ])


def pipe_rows():
    def pipe(name):
        return Lesson("ipc-pipe", name)

    def cpython(call, name):
        return Cpython(f"CPython {call}", "pipe_peers.py", name)

    yield Row("pipe", "messages of 16 bytes, one way", pipe("one-way"), [
        Line(cpython("send", "one-way"), at_least(100)),
        Line(Rust("ipc-channel, typed", "ipc-channel-one-way"), at_least(40)),
        Line(Rust("bare pipe(2)", "pipe-one-way")),
        Line(Rust("ring between threads", "ring-one-way")),
    ])
    yield Row("pipe", "16 bytes there and back", pipe("ping-pong"), [
        Line(cpython("send", "ping-pong"), at_least(100)),
        Line(Rust("iceoryx2, polled", "iceoryx2-ping-pong"), at_least(4)),
        Line(Rust("bare pipe(2)", "pipe-ping-pong")),
        Line(Rust("limit: two cache lines", "lines-ping-pong")),
    ])
    yield Row("pipe", "16 bytes there and back, beside a busy neighbour", pipe("ping-pong"), [
        Line(cpython("send", "ping-pong"), at_least(2)),
        Line(Rust("bare pipe(2)", "pipe-ping-pong")),
    ], neighbours=1)
    yield Row("pipe", "messages of 64 KiB", pipe("64k"), [
        Line(cpython("send", "64k-send"), at_least(6)),
        Line(cpython("send_bytes", "64k-send-bytes")),
        Line(Rust("ipc-channel, bytes", "ipc-channel-64k")),
        Line(Rust("memcpy", "memcpy-64k")),
    ])
    yield Row("pipe", "messages of 1 MiB", pipe("1m"), [
        Line(cpython("send", "1m-send"), at_least(20)),
        Line(Rust("memcpy", "memcpy-1m"), at_least(0.4)),
        Line(cpython("send_bytes", "1m-send-bytes")),
        Line(Rust("ipc-channel, bytes", "ipc-channel-1m")),
    ])


def queue_rows():
    ours = Lesson("ipc-queue", "two-producers")
    yield Row("queue", "two producers, one consumer, 16 bytes", ours, [
        Line(Cpython("CPython Queue", "queue_peers.py", "processes"), at_least(100)),
        Line(Rust("ipc-channel, cloned", "ipc-channel-two-producers"), at_least(40)),
        Line(Rust("bare pipe(2)", "pipe-two-producers"), at_least(7)),
    ])


def value_rows():
    def value(name, label="ours"):
        return Lesson("ipc-shared", name, label)

    two = Cpython("CPython Value", "value_peers.py", "two")
    alone = Cpython("CPython Value", "value_peers.py", "alone")
    yield Row("value", "raised under its lock by two processes", value("value-two"), [
        Line(two, at_least(25)),
        Line(value("robust-two", "bare robust mutex"), at_least(0.9)),
    ])
    yield Row("value", "raised under its lock by one process", value("value-alone"), [
        Line(alone, at_least(50)),
        Line(value("robust-alone", "bare robust mutex"), at_least(0.9)),
    ])
    yield Row("value", "an atomic integer raised by two processes", value("atomic-two"), [
        Line(two, at_least(150)),
        Line(Rust("limit: two bare threads", "fetch-add-two")),
    ])


def pool_rows():
    def pool(name, label="ours"):
        return Lesson("pool", name, label)

    def cpython(call, name):
        return Cpython(f"CPython {call}", "pool_peers.py", name)

    yield Row("pool", "empty tasks, submitted one by one", pool("apply-async"), [
        Line(cpython("apply_async", "apply-async"), at_least(100)),
        Line(Rust("procspawn", "procspawn-pool"), at_least(250)),
        Line(pool("million", "ours, 1 M tasks waiting")),
    ])
    yield Row("pool", "map of a cheap function", pool("map"), [
        Line(cpython("map", "map"), at_least(20)),
        Line(pool("rayon-map", "rayon, on threads")),
    ])
    yield Row("pool", "one task at a time", pool("apply"), [Line(cpython("apply", "apply"))])
    yield Row("pool", "answers as they come", pool("imap-unordered"), [
        Line(cpython("imap_unordered", "imap-unordered")),
    ])


def thread_rows():
    yield Row("threads", "start and join", Lesson("threads", "start-join"), [
        Line(Cpython("CPython Thread", "thread_peers.py", "start-join")),
    ])
    yield Row("threads", "two producers, one consumer", Lesson("threads", "queue"), [
        Line(Cpython("CPython queue.Queue", "queue_peers.py", "threads")),
    ])


def sync_rows():
    atomic_pair = Line(Rust("limit: two atomic steps", "atomic-pair-alone"))
    for number, who, limit in [("alone", "one thread", [atomic_pair]), ("two", "two threads", [])]:
        parking_lot = Lesson("sync", f"parking-lot-reentrant-{number}", "parking_lot")
        yield Row("sync", f"RLock, lock and unlock, {who}", Lesson("sync", f"rlock-{number}"), [
            Line(Cpython("CPython RLock", "thread_peers.py", f"rlock-{number}"), at_least(30)),
            Line(parking_lot, at_least(0.9)),
            *limit,
        ])
        yield Row("sync", f"Lock, lock and unlock, {who}", Lesson("sync", f"lock-{number}"), [
            Line(Cpython("CPython Lock", "thread_peers.py", f"lock-{number}"), at_least(24)),
            Line(Rust("std Mutex", f"std-mutex-{number}"), at_least(0.9)),
            *limit,
        ])


def coroutine_rows():
    def coroutines(name, label="ours"):
        return Lesson("coroutines", name, label)

    def gevent(name, label, is_served=False):
        return Packaged(label, "gevent", "gevent_rate.py", name, is_served)

    def aiohttp(name, label, is_served=False):
        return Packaged(label, "aiohttp", "asyncio_rate.py", name, is_served)

    gets = gevent("gets", "gevent, urllib", is_served=True)
    tokio = Rust("tokio spawn, by default", "tokio-two-threads")
    tokio_alone = Rust("tokio spawn, one thread", "tokio-one-thread")
    yield Row("coroutines", "10,000 GETs at once, answered after 100 ms", coroutines("gets"), [
        Line(gets, at_least(3.5)),
        Line(coroutines("gets-by-hand", "by hand on smol"), at_least(0.95)),
        Line(aiohttp("gets", "asyncio, aiohttp", is_served=True)),
        Line(gets, at_most(0.25), "-rss-kib", "gevent, KiB at the peak"),
    ])
    yield Row("coroutines", "map of empty tasks, 100 at a time", coroutines("map"), [
        Line(gevent("map", "gevent Pool.map"), at_least(60)),
        Line(tokio, at_least(2)),
        Line(tokio_alone),
    ])
    yield Row("coroutines", "empty tasks, spawned and joined", coroutines("spawn"), [
        Line(aiohttp("spawn", "asyncio create_task")),
        Line(tokio),
        Line(tokio_alone),
    ])
    yield Row("coroutines", "bytes of an idle task", coroutines("idle-bytes"), [
        Line(Constant("256 bytes", 256), at_most(1)),
        Line(gevent("idle-bytes", "gevent greenlet")),
    ])


def distributed_rows():
    def machine(name, label="ours"):
        return Lesson("distributed", name, label)

    few = "with a thousand queued"
    yield Row("distributed", "bytes of a queued task", machine("queued-bytes"), [
        Line(Constant("208 bytes", 208), at_most(1)),
    ])
    yield Row("distributed", "through the machine, a million queued", machine("through-million"), [
        Line(machine("through", few)),
    ])
    yield Row("distributed", "given back, a million queued", machine("give-back-million"), [
        Line(machine("give-back", few)),
    ])
    yield Row("distributed", "looked up, a million queued", machine("look-up-million"), [
        Line(machine("look-up", few)),
    ])


def cluster_rows():
    def cluster(name, label="ours"):
        return Lesson("cluster", name, label)

    def managers(name):
        return Cpython("CPython managers", "managers_peers.py", name)

    def celery(name):
        return Packaged("Celery on Redis", "celery redis packaging", "celery_peers.py", name,
                        folder=PEERS, needs="redis-server")

    def relay(name):
        return Rust("relay: hops and no more", f"relay-{name}")

    yield Row("cluster", "tasks there and back, in memory", cluster("volatile"), [
        Line(managers("many")),
        Line(relay("volatile"), at_least(0.25)),
    ])
    yield Row("cluster", "tasks there and back, on disk", cluster("durable"), [
        Line(managers("many"), at_least(30)),
        Line(celery("many"), at_least(200)),
        Line(relay("durable")),
    ])
    yield Row("cluster", "one task at a time, in memory", cluster("volatile-one"), [
        Line(managers("one"), at_least(1)),
        Line(relay("volatile-one")),
    ])
    yield Row("cluster", "one task at a time, on disk", cluster("durable-one"), [
        Line(relay("durable-one"), at_least(0.67)),
        Line(celery("one")),
    ])
    yield Row("cluster", "tasks there and back beside 1,000 strangers", cluster("beside-strangers"), [
        Line(cluster("with-key", "without strangers"), at_least(0.5)),
    ])
    yield Row("cluster", "us until a killed worker's task runs again, p99", cluster("killed-us"), [
        Line(Constant("10 ms", 10_000), at_most(1)),
    ])
    yield Row("cluster", "ms until it listens again with a million tasks", cluster("restart-ms"), [
        Line(Constant("2 s", 2_000), at_most(1)),
    ])


ROWS = [
    *process_rows(),
    *pipe_rows(),
    *queue_rows(),
    *value_rows(),
    *pool_rows(),
    *thread_rows(),
    *sync_rows(),
    *coroutine_rows(),
    *distributed_rows(),
    *cluster_rows(),
]
LESSONS = list(dict.fromkeys(row.lesson for row in ROWS))
