"""What the edge costs: a 2-byte reply of bare ASGI, straight and through the edge.

`python -m tests.bench.edge [requests] [rounds]`
"""

import sys

from tests.bench.load import Subject, measure
from tests.gateway.edge.conftest import start_process

PATH = "/api/registration/v1/ready"


def main(requests: int, rounds: int) -> int:
    """Prints the figures; 1 when the control is off."""
    service, service_port = start_process("upstream_app.py")
    edge, edge_port = start_process("edge_process.py", f"http://127.0.0.1:{service_port}", "quiet")
    try:
        bare = Subject("bare ASGI", f"http://127.0.0.1:{service_port}{PATH}", [service.pid])
        through = f"http://127.0.0.1:{edge_port}{PATH}"
        only_edge = Subject("the edge's part", through, [edge.pid])
        both = Subject("through the edge", through, [edge.pid, service.pid])
        valid = measure([bare, only_edge, both], requests=requests, rounds=rounds)
    finally:
        edge.terminate()
        service.terminate()
    for subject in (bare, only_edge, both):
        low, high = subject.quartiles_us
        ratio = subject.median_us / bare.median_us
        print(
            f"{subject.name:18} {subject.median_us:6.0f} µs  [{low:.0f}–{high:.0f}]  × {ratio:.2f}"
        )
    print(
        f"A/A control {bare.control:.3f} {'holds' if valid else 'IS OFF: the run does not count'}"
    )
    return 0 if valid else 1


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*(given or [3000, 6])))
