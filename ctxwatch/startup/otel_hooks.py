"""What opentelemetry-instrument calls before and after it instruments the program.

One exception in such a hook makes opentelemetry-instrument give up altogether,
so none leaves this module.
"""

from __future__ import annotations

import os

from ctxwatch import startup


def pre_instrument() -> None:
    """Leave the instrumentors to opentelemetry-instrument, and make sure of the agent."""
    if startup.switch():
        _tell_instrumentors("expect_auto_instrumentation")
        startup.activate()


def post_instrument() -> None:
    """Apply what opentelemetry-instrument did not."""
    if startup.switch():
        _tell_instrumentors("auto_instrumentation_done")


def _tell_instrumentors(event: str) -> None:
    try:
        from ctxwatch import instrumentors

        getattr(instrumentors, event)()
    except Exception:
        if os.environ.get("CTXWATCH_STRICT") == "1":
            raise
