"""What the edge has counted since its start, in Prometheus' text. Reads counts, decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from gateway.edge.upstream import Upstream

_OF_UPSTREAMS = ("requests", "failed", "timed_out", "refused_open", "shed")


def numbers(counts: Mapping[str, int], upstreams: Iterable[Upstream]) -> bytes:
    """`counts` is `where.class.2xx` → requests (access_log)."""
    registry = CollectorRegistry()
    requests = Gauge(
        "yichuang_edge_requests",
        "Requests since the start, by where they were answered",
        ["where", "class", "status"],
        registry=registry,
    )
    for name, count in counts.items():
        requests.labels(*name.split(".")).set(count)
    running = Gauge(
        "yichuang_upstream_running", "Requests on their way", ["service"], registry=registry
    )
    closed = Gauge(
        "yichuang_upstream_open", "1: asked as usual, 0: left alone", ["service"], registry=registry
    )
    told = {
        name: Gauge(f"yichuang_upstream_{name}", "Since the start", ["service"], registry=registry)
        for name in _OF_UPSTREAMS
    }
    for upstream in upstreams:
        running.labels(upstream.name).set(upstream.running)
        closed.labels(upstream.name).set(upstream.breaker.state == "closed")
        for name, gauge in told.items():
            gauge.labels(upstream.name).set(getattr(upstream.counters, name))
    return generate_latest(registry)
