"""What a test may ask and assert about its own spans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctxwatch.testing.failures import LostContextError
from ctxwatch.testing.watch import WAIT, watch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxwatch.model import Crossing
    from ctxwatch.testing.scopes import Scope, Span


class Recording:
    """The spans and the hand-offs of one test, or one block, with assertions on them.

    Each assertion first waits, for a bounded time, for work that was handed over
    to threads and pools. It cannot wait for asyncio's tasks, as they stand still
    while it does: await those first.
    """

    def __init__(self, scope: Scope, wait: float = WAIT) -> None:
        self._scope = scope
        self._wait = wait

    @property
    def spans(self) -> tuple[Span, ...]:
        """The spans that were started so far, oldest first."""
        return tuple(self._scope.spans.values())

    @property
    def crossings(self) -> tuple[Crossing, ...]:
        """The hand-offs so far whose arrival was seen, with their verdicts."""
        return self._scope.crossings

    def assert_no_orphans(self) -> None:
        """Raise `LostContextError` if any span so far has not the parent that it should have."""
        watch.settle(self._wait, self._scope)
        findings = self._scope.take_findings()
        if findings:
            raise LostContextError(findings)

    def assert_child_of(self, child: Any, parent: Any) -> None:
        """Raise AssertionError unless *child* has *parent* for its parent.

        Each of them is a span's name or a span. Of a name that several spans have,
        every child needs such a parent.
        """
        watch.settle(self._wait, self._scope)
        children = self._spans_of(child)
        parents = {(span.trace_id, span.span_id) for span in self._spans_of(parent)}
        if not children or any((c.trace_id, c.parent_id) not in parents for c in children):
            message = f"{_name(child)} is no child of {_name(parent)}. {self._told()}"
            raise AssertionError(message)

    def assert_single_root(self) -> None:
        """Raise AssertionError unless all spans hang together under one root.

        A span whose parent was started elsewhere, in another process or before
        the test, counts as a root.
        """
        watch.settle(self._wait, self._scope)
        roots = self._roots()
        if len(roots) != 1:
            message = f"{len(roots)} root spans instead of one. {self._told()}"
            raise AssertionError(message)

    def _spans_of(self, wanted: Any) -> list[Span]:
        if isinstance(wanted, str):
            return [span for span in self.spans if span.name == wanted]
        span_id = f"{wanted.get_span_context().span_id:016x}"
        return [span for span in self.spans if span.span_id == span_id]

    def _roots(self) -> list[Span]:
        known = {(span.trace_id, span.span_id) for span in self.spans}
        return [span for span in self.spans if (span.trace_id, span.parent_id) not in known]

    def _told(self) -> str:
        if not self.spans:
            return "No span was started."
        return "\n".join(["The spans that were started:", *self._tree(self._roots(), "  ")])

    def _tree(self, spans: Iterable[Span], indent: str) -> Iterable[str]:
        for span in spans:
            yield f"{indent}{span.name}"
            below = (s for s in self.spans if s.parent_id == span.span_id)
            yield from self._tree(below, f"{indent}  ")


def _name(span: Any) -> str:
    return repr(span if isinstance(span, str) else getattr(span, "name", span))
