"""A gateway that needs no network: it takes every text, and tests may plan how it fails."""

from collections import deque
from collections.abc import Mapping, Sequence
from uuid import uuid4

from app.gateway.face import Accepted, DeliveryReport, Outcome, Outgoing, Status, one_text

Plan = Mapping[str, Outcome | Status]
RECEIPT_LIMIT = 100_000  # undrained; beyond it the oldest are lost, as real ones may be


class Simulator:
    """Accepts every number, save those whose ending is in the plan: an outcome of the send, or of the delivery."""

    name = "simulator"

    def __init__(self, plan: Plan | None = None) -> None:
        self._plan = dict(plan or {})
        self._receipts: deque[DeliveryReport] = deque(maxlen=RECEIPT_LIMIT)

    def send(self, batch: Sequence[Outgoing]) -> Mapping[str, Outcome]:
        """Takes one text for 1..100 numbers, as every gateway does."""
        one_text(batch)
        return {number: self._outcome(number) for number in dict.fromkeys(outgoing.to for outgoing in batch)}

    def receipts(self) -> tuple[DeliveryReport, ...]:
        """The delivery reports not yet handed over; whoever drains posts them through the gateway's own door."""
        return tuple(self._receipts.popleft() for _ in range(len(self._receipts)))

    def _outcome(self, number: str) -> Outcome:
        planned = self._planned(number)
        if not isinstance(planned, Status):
            return planned
        accepted = Accepted(f"sim-{uuid4().hex}", "0")
        self._receipts.append(DeliveryReport(accepted.gateway_id or "", number, planned))
        return accepted

    def _planned(self, number: str) -> Outcome | Status:
        """The longest ending in the plan that fits wins."""
        fitting = [ending for ending in self._plan if number.endswith(ending)]
        return self._plan[max(fitting, key=len)] if fitting else Status.DELIVERED
