"""When to stop asking a service that does not answer, and when to try it again.

The states are purgatory's `Context`. What is added here is what a proxy needs and purgatory's
context manager does not have: in the half-open state one probe at a time (purgatory lets everybody
through, so a sick service gets the whole crowd at once), and a third outcome beside success and
failure, "no evidence": a caller who hung up while the service was silent must neither open nor
close the circuit. See docs/decisions/edge.md.
"""

import math
import time

import structlog
from purgatory.domain.messages.events import ContextChanged
from purgatory.domain.model import CLOSED, OPENED, Context, OpenedState

from gateway.edge.errors import UpstreamUnavailable

log = structlog.get_logger(__name__)


class Breaker:
    """The circuit of one upstream. One per process; not shared between threads.

    `threshold` failures without a success between open it for `ttl_seconds`.
    """

    def __init__(self, name: str, *, threshold: int, ttl_seconds: float) -> None:
        self._context = Context(name, threshold, ttl_seconds)
        self._probing = False

    @property
    def state(self) -> str:
        """`closed`, `opened` or `half-opened`."""
        return str(self._context.state)

    @property
    def retry_after_seconds(self) -> int:
        """Whole seconds until the next probe is allowed; at least 1."""
        if self._context.state != OPENED or self._context.opened_at is None:
            return 1
        left = self._context.opened_at + self._context.ttl - time.time()
        return max(1, math.ceil(left))

    def refuse_if_open(self) -> None:
        """Raise without taking a probe, so that a refusal costs nothing. Raises:
        UpstreamUnavailable."""
        context = self._context
        if context.state == CLOSED:
            return
        waiting = (
            context.state == OPENED
            and context.opened_at is not None
            and time.time() <= context.opened_at + context.ttl
        )
        if waiting or self._probing:
            raise UpstreamUnavailable(retry_after_seconds=self.retry_after_seconds)

    def enter(self) -> bool:
        """Ask leave to call; True when this call is the probe. Raises: UpstreamUnavailable."""
        self.refuse_if_open()
        try:
            self._context.handle_new_request()
        except OpenedState:
            seconds = self.retry_after_seconds
            raise UpstreamUnavailable(retry_after_seconds=seconds) from None
        self._announce()
        if self._context.state == CLOSED:
            return False
        self._probing = True
        return True

    def succeed(self, *, probe: bool) -> None:
        """The service answered."""
        if probe or self._context.state == CLOSED:  # a late answer must not close an open circuit
            self._context.handle_end_request()
        self._leave(probe=probe)

    def fail(self, error: Exception, *, probe: bool) -> None:
        """The service could not be reached, was silent too long, or broke off."""
        if probe or self._context.state == CLOSED:
            self._context.handle_exception(error)
        self._leave(probe=probe)

    def no_evidence(self, *, probe: bool) -> None:
        """The call ended for a reason of the caller's."""
        self._leave(probe=probe)

    def _leave(self, *, probe: bool) -> None:
        if probe:
            self._probing = False
        self._announce()

    def _announce(self) -> None:
        for message in self._context.messages:
            if isinstance(message, ContextChanged):
                log.warning("circuit", upstream=self._context.name, state=message.state)
        self._context.messages.clear()
