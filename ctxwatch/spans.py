"""The SpanProcessor that looks at every span as it starts, and how it reaches every provider.

`on_start` runs inside the program's own ``start_span`` call, so that the stack
and the running unit are the program's; it only reads.
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Any

from opentelemetry import trace
from opentelemetry.context import get_current
from opentelemetry.sdk.trace import SpanProcessor
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation import _SPAN_KEY

from ctxwatch import (
    current,
    decisions,
    inheritance,
    judge,
    lineage,
    missing,
    notes,
    patching,
    sites,
)
from ctxwatch.boundaries import carriers, deferred, switches
from ctxwatch.guard import Probe
from ctxwatch.model import Root
from ctxwatch.recorder import recorder
from ctxwatch.scoping import misuse

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import ReadableSpan, Span
    from opentelemetry.trace import SpanContext

_start = Probe("span start")
_end = Probe("span end")
_reach = Probe("opentelemetry.sdk.trace.TracerProvider")
_reached = False
_PRODUCER = SpanKind.PRODUCER  # which Enum looks up in Python


class ContextWatchProcessor(SpanProcessor):
    """Examines every span whose parent context is invalid when it starts.

    It is added to each TracerProvider by itself. It changes no span and exports
    nothing.
    """

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Judge *span* if it has no parent.

        *parent_context* is exactly what the caller passed as ``context=``: None
        for every span that took its parent from the current context.
        """
        if not _start.on:
            return
        try:
            decisions.write_due()
            if recorder.span_listener is not None:
                recorder.span_listener.started(span)
            missing.started(span)
            if span.kind is _PRODUCER:
                carriers.produced(span)
            parent = span.parent
            if parent is not None:
                here = get_current()
                above: Any = here.get(_SPAN_KEY)
                is_above = above is not None and above.get_span_context() is parent
                if is_above and parent_context is None:
                    misuse.started(span, above)
                is_open = is_above and getattr(above, "end_time", self) is None
                if (not is_open or lineage.open_parents) and lineage.any_here():
                    # Server instrumentations pass the current context itself: that is no choice.
                    chosen = parent_context is not None and parent_context is not here
                    _examine_child(span, parent, explicit_context=chosen)
                return
            if carriers.notes and carriers.entered(span, parent_context):
                return
            _examine(span, explicit_context=parent_context is not None)
        except Exception:
            _start.failed()

    def on_end(self, span: ReadableSpan) -> None:
        """Take down that *span* is over; whether a parent is, is asked of the parent itself."""
        deferred.span_ended(span)
        if not _end.on:
            return
        try:
            if recorder.span_listener is not None:
                recorder.span_listener.ended(span)
            missing.ended(span)
            here: Any = get_current().get(_SPAN_KEY)
            if here is not None and here.get_span_context() is span.context:
                misuse.ended_current(span)
        except Exception:
            _end.failed()

    def shutdown(self) -> None:
        """Nothing to let go of."""

    def force_flush(self, timeout_millis: int = 30000) -> bool:  # noqa: ARG002 - the interface
        """Nothing is ever held back."""
        return True


processor = ContextWatchProcessor()


def _examine_child(span: Span, parent: SpanContext, *, explicit_context: bool) -> None:
    unit, work = lineage.unit_and_work()
    if unit is None and work is None and not inheritance.serving:
        return
    if isinstance(unit, tuple) and work is unit and notes.is_settled(unit, parent):
        return
    unit, work = lineage.unfolded(unit, work)
    decisions.carried_by_hand(work, parent)
    if not explicit_context:
        inheritance.check(span, unit, work)


def _examine(span: Span, *, explicit_context: bool) -> None:
    path = lineage.here()
    if path is None or path.loss is None:
        path = deferred.here() or switches.here()
    name = span.name
    context = span.get_span_context()
    if path is None or path.loss is None:
        if recorder.verbose:
            recorder.root(
                context, name, "no hand-off lost a context on the way here", current.spot(None)
            )
        else:
            recorder.count_root()
        return
    lost = path.loss.origin.context
    linked = lost is not None and any(
        link.context.trace_id == lost.trace_id for link in span.links or ()
    )
    if judge.is_entry(span.kind.name, explicit_context=explicit_context, linked=linked):
        recorder.root(
            context, name, "a root on purpose: " + _why(span, explicit_context), current.spot(None)
        )
        return
    site = sites.find(2, through_sdk=True)
    if site is None:
        return
    ended = path.loss.origin.ended
    decisions.orphan_or_root(
        Root(context, name, site, path, None if ended is None else not ended, current.spot(None))
    )


def _why(span: Span, explicit_context: bool) -> str:  # noqa: FBT001 - private, one caller
    if explicit_context:
        return "started with an explicit context="
    if span.kind.name in ("SERVER", "CONSUMER"):
        return f"its kind is {span.kind.name}"
    return "it has a Link to the span that was lost"


def _patch_provider_init(original: Callable[..., None]) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - shown in tracebacks under this name
        original(self, *args, **kwargs)
        reach(self)

    return __init__


def _patch_set_provider(original: Callable[..., None]) -> Callable[..., None]:
    def _set_tracer_provider(tracer_provider: Any, *args: Any, **kwargs: Any) -> None:
        original(tracer_provider, *args, **kwargs)
        reach(tracer_provider)

    return _set_tracer_provider


def _patch_concurrent_start(original: Callable[..., None]) -> Callable[..., None]:
    def on_start(self: Any, span: Span, parent_context: Context | None = None) -> None:
        # Its processors run in a pool, where the stack and the unit are not the program's.
        processor.on_start(span, parent_context)
        original(self, span, parent_context)

    return on_start


def _patch_concurrent_end(original: Callable[..., None]) -> Callable[..., None]:
    def on_end(self: Any, span: ReadableSpan) -> None:
        processor.on_end(span)
        original(self, span)

    return on_end


def reach(provider: Any) -> None:
    """Add the processor to *provider*, unless it is there already or has no place for it."""
    global _reached  # noqa: PLW0603 - a latch
    _reached = True
    if not _reach.on:
        return
    try:
        missing.sampled_by(getattr(provider, "sampler", None))
        active = getattr(provider, "_active_span_processor", None)
        if active is None or type(active).__name__ == "ConcurrentMultiSpanProcessor":
            return
        registered = getattr(active, "_span_processors", None)
        if registered is None or processor in registered:
            return
        active.add_span_processor(processor)
    except Exception:
        _reach.failed()


def release() -> None:
    """Take the processor out of every provider, for uninstall."""
    for provider in _living_providers():
        active = getattr(provider, "_active_span_processor", None)
        registered = getattr(active, "_span_processors", ())
        if active is not None and processor in registered:
            active._span_processors = tuple(p for p in registered if p is not processor)


def _living_providers() -> list[Any]:
    classes = [sys.modules["opentelemetry.sdk.trace"].TracerProvider]
    for provider_class in classes:  # grows meanwhile
        classes += provider_class.__subclasses__()
    # An instance refers to its class; to look through all objects takes four times as long.
    # type(), not isinstance(): lazy proxies run code of the program when asked for __class__.
    referrers = gc.get_referrers(*classes)
    return [found for found in referrers if any(type(found) is cls for cls in classes)]


def install(module: ModuleType) -> None:
    """Reach providers made from now on, and those that are there already."""
    patching.patch(module.TracerProvider, "__init__", _patch_provider_init)
    patching.patch(module.ConcurrentMultiSpanProcessor, "on_start", _patch_concurrent_start)
    patching.patch(module.ConcurrentMultiSpanProcessor, "on_end", _patch_concurrent_end)
    missing.install_spans(module)
    patching.patch(trace, "_set_tracer_provider", _patch_set_provider)
    for provider in _living_providers():
        reach(provider)


def any_provider() -> bool:
    """Whether the program has made or set a TracerProvider."""
    return _reached
