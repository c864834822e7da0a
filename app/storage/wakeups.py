"""RQ is told "drain": one job a queue and moment, carrying nothing; the truth stays in the tables."""

from dataclasses import dataclass

from redis import Redis, RedisError
from rq import Queue, worker_registration
from rq.serializers import JSONSerializer

QUEUES = {
    "intake": "app.jobs.intake.drain",
    "messages": "app.jobs.sending.drain",
    "polls": "app.jobs.inviting.drain",
    "digests": "app.jobs.digesting.drain",
}
COALESCED_MS = 2000


@dataclass
class Wakeups:
    """Best effort: a wake-up that is lost costs two seconds, since the clock looks for itself."""

    redis: "Redis"

    def wake(self, name: str) -> bool:
        """Asks the workers of a queue to look; False if Redis is away."""
        try:
            if self.redis.set(f"wake:{name}", b"1", nx=True, px=COALESCED_MS):
                self.queue(name).enqueue(
                    QUEUES[name], description=name, result_ttl=0, failure_ttl=86_400, job_timeout=600
                )
        except RedisError:
            return False
        return True

    def began(self, name: str) -> None:
        """The job runs: whoever comes now is woken anew."""
        try:
            self.redis.delete(f"wake:{name}")
        except RedisError:
            return

    def listeners(self, name: str) -> int:
        """How many living workers listen to a queue. Raises RedisError.

        RQ's own Worker.all would count them too, but it lets every connection of the pool, those of open sessions
        among them, wait seven minutes for an answer from then on.
        """
        keys = worker_registration.get_keys(queue=self.queue(name))
        return int(self.redis.exists(*keys)) if keys else 0

    def queue(self, name: str) -> Queue:
        """The RQ queue of a matter; JSON, so that nobody who can write to Redis can run code here."""
        return Queue(name, connection=self.redis, serializer=JSONSerializer)
