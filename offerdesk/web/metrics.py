"""What a served desk counts, for Prometheus: never what somebody is paid, or who asks."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from rules.errors import Fault

TIMES = (0.002, 0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)  # [s]


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ["method", "route", "status"]
        self._requests = Counter(
            "offerdesk_requests", "Requests answered.", labels, registry=self.registry
        )
        self._seconds = Histogram(
            "offerdesk_request_seconds",
            "Time from a request to the end of its answer [s].",
            ["method", "route"],
            buckets=TIMES,
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "offerdesk_requests_in_flight", "Requests under way.", registry=self.registry
        )
        self._decisions = Counter(
            "offerdesk_decisions", "Decisions made.", ["verdict", "status"], registry=self.registry
        )
        self._refusals = Counter(
            "offerdesk_refusals", "Requests that came to nothing.", ["code"], registry=self.registry
        )
        self._rows = Counter(
            "offerdesk_batch_rows", "Rows of scored sheets.", ["outcome"], registry=self.registry
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(method, route).observe(seconds)

    def decided(self, verdict: str, status: str) -> None:
        """Count one decision."""
        self._decisions.labels(verdict, status).inc()

    def refused(self, fault: Fault) -> None:
        """Count one refusal by its code."""
        self._refusals.labels(fault.code).inc()

    def scored(self, judged: int, refused: int) -> None:
        """Count the rows of a sheet."""
        self._rows.labels("judged").inc(judged)
        self._rows.labels("refused").inc(refused)

    def text(self) -> bytes:
        """All of them, as Prometheus reads them."""
        return generate_latest(self.registry)
