"""Per fault of a scope: why it goes wrong, and the code that mends it.

The code uses the names of `ctxwatch.remedies`: ``work`` is what is done in the scope, ``args``
are its arguments.
"""

from __future__ import annotations

from ctxwatch.model import Fault
from ctxwatch.remedies import Remedy

_HELD = (
    "A generator has no context of its own: what it attaches is current for whoever reads it, "
    "from one yield to the next."
)
_IN_A_BLOCK = """\
with tracer.start_as_current_span("POST /orders"):
    work(*args)
"""

_REMEDIES = {
    Fault.OTHER_CONTEXT: Remedy(
        "A token can only be detached in the context that it was attached in: the same thread, the "
        "same task, the same copy of the context. So nothing was detached; where it was attached, "
        "it may still be current.",
        "Attach and detach in one function, with a with block around the work.",
        _IN_A_BLOCK,
    ),
    Fault.TWICE: Remedy(
        "A token can be used once; the second detach changed nothing.",
        "Detach in one place, with a with block around the work.",
        _IN_A_BLOCK,
    ),
    Fault.NO_TOKEN: Remedy(
        "detach takes what attach returned. It was given something else, and changed nothing.",
        "Keep what attach returns, and attach right before the try whose finally detaches it.",
        """\
from opentelemetry import context

token = context.attach(origin)
try:
    work(*args)
finally:
    context.detach(token)
""",
    ),
    Fault.OUT_OF_ORDER: Remedy(
        "A detach brings back what was current at its attach. The outer scope was closed before "
        "the inner one, whose detach then brought the closed one back.",
        "Close scopes in the reverse order: with blocks inside of one another do, and so does "
        "an ExitStack.",
        """\
with tracer.start_as_current_span("POST /orders"):
    with tracer.start_as_current_span("inner"):
        work(*args)
""",
    ),
    Fault.NEVER_DETACHED: Remedy(
        "What is attached stays current in its thread or task until it is detached. This was not, "
        "so that whatever came next ran under a span that had ended.",
        "Detach in a finally, or use a with block.",
        _IN_A_BLOCK,
    ),
    Fault.STILL_CURRENT: Remedy(
        "To end a span does not take it out of the context: it stays current until its block "
        "ends, or its token is detached.",
        "Let the block end the span, and do what comes after it outside of the block.",
        _IN_A_BLOCK,
    ),
    Fault.NEVER_ENDED: Remedy(
        "A span is exported when it ends. This one was forgotten before that.",
        "End it whatever happens: hold it in a with block, or call end() in a finally.",
        _IN_A_BLOCK,
    ),
    Fault.LEFT_GENERATOR: Remedy(
        _HELD + " Its reader left the loop, and the generator was not closed.",
        "Close the generator when the loop is left, or hold the span in a block that has no yield.",
        """\
import contextlib

with contextlib.closing(rows()) as reading:
    for row in reading:
        break
work(*args)
""",
    ),
}


def remedy(fault: Fault, *, in_generator: bool) -> Remedy:
    """What to do about *fault*; *in_generator* says that a generator held the scope."""
    general = _REMEDIES[fault]
    if in_generator and fault is Fault.OTHER_CONTEXT:
        return Remedy(
            f"{_HELD} {general.cause}",
            "Read it to its end, or close it, in the task and the thread that began to read it; "
            "or hold no current span over a yield: start it by hand, and use it only between two.",
            """\
def rows(*args):
    span = tracer.start_span("read rows")
    try:
        for row in work(*args):
            with trace.use_span(span):
                result = handle(row)
            yield result
    finally:
        span.end()
""",
        )
    return general
