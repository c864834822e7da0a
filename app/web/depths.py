"""What waits where, for Prometheus: read when it is asked for, since the truth stands in tables and on disk."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis import RedisError

from app.storage import inbox, messages, switches
from app.storage.database import DatabaseAway
from app.storage.wakeups import QUEUES
from app.wiring import Services


def listeners(services: Services, queue: str) -> int:
    """Workers of a queue that are alive. Raises RedisError."""
    return services.wakeups.listeners(queue)


def spool_age(services: Services) -> float:
    """Seconds since the oldest waiting letter was written; 0 if none waits."""
    oldest = services.spool.oldest()
    return max(0.0, time.time() - oldest) if oldest is not None else 0.0


@dataclass(eq=False)  # a registry needs its collectors hashable
class Depths(Collector):
    """What waits where, read when it is asked for; a part that is away gives no figure rather than a wrong one."""

    services: Services

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: the registry would otherwise ask the database when the app is made."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The depths now."""
        yield GaugeMetricFamily("izwi_spool_letters", "Letters on disk", self.services.spool.depth())
        yield GaugeMetricFamily("izwi_spool_oldest_seconds", "Age of the oldest letter", spool_age(self.services))
        yield from self._tables()
        yield from self._queues()

    def _tables(self) -> Iterator[GaugeMetricFamily]:
        try:
            with self.services.database.begin() as session:
                waiting = inbox.waiting(session)
                parked = {state: inbox.parked_count(session, state) for state in ("dead", "unusable")}
                queued = messages.queued(session, self.services.clock.now())
                refused = switches.flows_are_refused(session)
        except DatabaseAway:
            yield GaugeMetricFamily("izwi_database_up", "Whether PostgreSQL answers", 0)
            return
        yield GaugeMetricFamily("izwi_database_up", "Whether PostgreSQL answers", 1)
        yield GaugeMetricFamily("izwi_inbox_waiting", "Letters to be worked", waiting)
        yield GaugeMetricFamily("izwi_messages_queued", "Texts that are due or under way", queued)
        yield GaugeMetricFamily("izwi_flows_refused", "Whether an edit of the flows could not be said", int(refused))
        dead = GaugeMetricFamily("izwi_inbox_parked", "Letters that a person must look at", labels=["state"])
        for state, count in parked.items():
            dead.add_metric([state], count)
        yield dead

    def _queues(self) -> Iterator[GaugeMetricFamily]:
        jobs = GaugeMetricFamily("izwi_queue_jobs", "Wake-ups that wait in a queue", labels=["queue"])
        listening = GaugeMetricFamily("izwi_queue_workers", "Workers that listen to a queue", labels=["queue"])
        try:
            for name in QUEUES:
                jobs.add_metric([name], self.services.wakeups.queue(name).count)
                listening.add_metric([name], listeners(self.services, name))
        except RedisError:
            yield GaugeMetricFamily("izwi_redis_up", "Whether Valkey answers", 0)
            return
        yield GaugeMetricFamily("izwi_redis_up", "Whether Valkey answers", 1)
        yield jobs
        yield listening
