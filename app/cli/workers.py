"""Workers: one process a queue, started, watched, started again, stopped together."""

import os
import signal
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from threading import Event
from typing import Any

import structlog
from redis import Redis, RedisError
from redis.client import Pipeline
from rq import Queue, SimpleWorker, worker_registration
from rq.job import Job
from rq.serializers import JSONSerializer

from app.local import leash
from app.storage.wakeups import QUEUES

FORK = get_context("fork")  # the children share what their parent has imported: they start at once and are small
GRACE = 4.5  # seconds for the job in hand; what is killed then is done again, as after any crash
PAUSE = 1.0  # seconds between a child's end and its next start
LISTENS_AGAIN_AFTER = 30  # seconds after which a killed worker is no longer counted
log = structlog.get_logger()


def watch(redis_url: str) -> None:
    """Keeps one worker a queue until SIGTERM or SIGINT, then stops them all within `GRACE` seconds."""
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    for path in QUEUES.values():
        import_module(path.rpartition(".")[0])
    crew = [Hand(queue, redis_url) for queue in QUEUES]
    while not stop.wait(0.1):
        for hand in crew:
            hand.keep_going()
    end(hand.child for hand in crew if hand.child)


@dataclass
class Hand:
    """The worker of one queue, and when it may next be started."""

    queue: str
    redis_url: str
    child: ForkProcess | None = None
    due: float = field(default=0.0)

    def keep_going(self) -> None:
        """Starts the worker if it is not there."""
        if self.child is not None and self.child.is_alive():
            return
        if self.child is not None:
            log.warning("a worker ended", queue=self.queue, code=self.child.exitcode)
            self.child, self.due = None, time.monotonic() + PAUSE
        if time.monotonic() >= self.due:
            self.child = FORK.Process(target=work, args=(self.queue, self.redis_url, os.getpid()), daemon=True)
            self.child.start()


def end(children: Iterable[ForkProcess]) -> None:
    """Asks all to finish the job in hand, and kills whoever does not in time."""
    children = list(children)
    for child in children:
        child.terminate()
    deadline = time.monotonic() + GRACE
    for child in children:
        child.join(max(0.0, deadline - time.monotonic()))
        if child.is_alive():
            child.kill()
            child.join()


def work(queue: str, redis_url: str, parent: int) -> None:
    """The life of one worker; it ends with its parent, however that ends."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, signal.SIG_DFL)
    leash.die_with_parent()
    if os.getppid() != parent:
        sys.exit(1)
    redis = wait_for(Redis.from_url(redis_url, socket_connect_timeout=2, protocol=2), queue)
    listens_to = Queue(queue, connection=redis, serializer=JSONSerializer)
    worker = QuietWorker(
        [listens_to],
        connection=redis,
        serializer=JSONSerializer,
        log_job_description=False,
        worker_ttl=LISTENS_AGAIN_AFTER,
    )
    worker.work(logging_level="WARNING")


def wait_for(redis: "Redis", queue: str) -> "Redis":
    """The same connection, once somebody answers."""
    told = ""
    while True:
        try:
            redis.ping()
        except RedisError as error:
            if told != type(error).__name__:
                told = type(error).__name__
                log.warning("a worker waits for Valkey", queue=queue, error=told)
            time.sleep(0.5)
        else:
            return redis


class QuietWorker(SimpleWorker):
    """A worker that does only its queue's own job and writes of a failure no more than its kind.

    Neither log nor Redis may hold what stands in the statements of an error: people's words and sealed numbers.
    """

    max_connection_wait_time = 2

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Runs the job if it is the one that this queue is for: nobody who can write to Redis may choose another."""
        if (job.func_name, tuple(job.args or ()), dict(job.kwargs or {})) != (QUEUES[queue.name], (), {}):
            log.error("a job that is none of ours was dropped", queue=queue.name)
            job.delete()
            return
        super().execute_job(job, queue)

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Says that it lives and, since Valkey may have come back empty, what it listens to."""
        super().heartbeat(timeout, pipeline)
        worker_registration.register(self, pipeline)

    def handle_exception(self, job: Job, *exc_info: Any) -> None:  # noqa: ANN401  as the base class has it
        """Says what kind of error a job ended with."""
        log.error("a job failed", queue=job.origin, error=getattr(exc_info[0], "__name__", ""))

    def handle_job_failure(self, job: Job, queue: Queue, *args: Any, **how: Any) -> None:  # noqa: ANN401
        """Notes the failure without the error's words."""
        super().handle_job_failure(job, queue, *args, **{**how, "exc_string": "see the worker's log"})
