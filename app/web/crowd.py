"""How many hops a process answers at once; beyond that it says so at once, and newcomers wait outside first."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

MOST = 32
MOST_NEW = 24


class Crowded(RuntimeError):
    """There is no room for this hop now."""


@dataclass
class Crowd:
    """Places for hops: some are kept for sessions that are under way, which must be able to end."""

    most: int = MOST
    most_new: int = MOST_NEW
    inside: int = 0
    lock: Lock = field(default_factory=Lock)

    @contextmanager
    def place(self, is_new: bool) -> Iterator[None]:
        """A place for one hop while it is answered. Raises Crowded."""
        with self.lock:
            if self.inside >= (self.most_new if is_new else self.most):
                raise Crowded
            self.inside += 1
        try:
            yield
        finally:
            with self.lock:
                self.inside -= 1
