"""What OpenTelemetry itself loads by the entry points of its groups.

opentelemetry-instrument calls a hook before and one after it instruments the program. One
exception in such a hook makes it give up altogether, so none leaves this module.

``OTEL_PYTHON_CONTEXT=ctxwatch`` makes OpenTelemetry ask for a runtime context here, in the
middle of the import of `opentelemetry.context`.
"""

from __future__ import annotations

import os

from ctxwatch import startup

TYPE_CHECKING = False  # typing.TYPE_CHECKING costs the import of typing
if TYPE_CHECKING:
    from opentelemetry.context.contextvars_context import ContextVarsRuntimeContext


def pre_instrument() -> None:
    """Leave the instrumentors to opentelemetry-instrument, and make sure of the agent."""
    if startup.switch():
        _tell_instrumentors("expect_auto_instrumentation")
        startup.activate()


def post_instrument() -> None:
    """Apply what opentelemetry-instrument did not."""
    if startup.switch():
        _tell_instrumentors("auto_instrumentation_done")


def runtime_context() -> ContextVarsRuntimeContext:
    """OpenTelemetry's own runtime context, watched as soon as its import is over.

    For interpreters that run neither a .pth nor a sitecustomize, as ``python -S`` and
    embedded ones. It is not put into the environment of children, most of which are
    watched anyway: in one without ctxwatch, OpenTelemetry would log an error.
    """
    from opentelemetry.context.contextvars_context import ContextVarsRuntimeContext

    startup.activate(force=True)
    return ContextVarsRuntimeContext()


def _tell_instrumentors(event: str) -> None:
    try:
        from ctxwatch import instrumentors

        getattr(instrumentors, event)()
    except Exception:
        if os.environ.get("CTXWATCH_STRICT") == "1":
            raise
