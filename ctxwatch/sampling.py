"""Which traces are watched, where a program hands over too much to watch it all.

Decided by the trace id, like OpenTelemetry's TraceIdRatioBased sampler, and so the same
in every unit and process: the hand-offs of a trace are seen all, or none of them. What
is handed over under no span belongs to no trace, and is always seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.trace import SpanContext

# As in the SDK: the lower half is random even where the upper half holds a time.
_MASK = (1 << 64) - 1

#: Traces whose lower half is below this are watched; None for all.
limit: int | None = None


def use(ratio: float) -> None:
    """Watch this share of all traces, from 0 to 1."""
    global limit  # noqa: PLW0603 - one agent a process
    limit = None if ratio >= 1 else round(ratio * (_MASK + 1))


def skips(context: SpanContext) -> bool:
    """Whether the trace of *context* is not watched."""
    return limit is not None and context.trace_id & _MASK >= limit
