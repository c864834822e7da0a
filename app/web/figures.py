"""What this process counts for Prometheus, in a registry of its own."""

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0)


@dataclass
class Figures:
    """Counters of one process; nothing that names a person is ever a label."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        self.hops = self._counter("izwi_hops", "USSD hops by how they were answered", "answer")
        self.hop_seconds = Histogram(
            "izwi_hop_seconds", "Time to answer a USSD hop", buckets=BUCKETS, registry=self.registry
        )
        self.letters = self._counter("izwi_letters", "SMS, delivery reports and opt-outs received", "door", "outcome")
        self.session_ends = self._counter("izwi_session_ends", "Ends of USSD sessions by the gateway's word", "status")
        self.refused_tokens = self._counter("izwi_refused_tokens", "Requests with a webhook token that is not ours")
        self.mishaps = self._counter("izwi_mishaps", "Errors that nobody expected", "where")

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(name, what, labels, registry=self.registry)
