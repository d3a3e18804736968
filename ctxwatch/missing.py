"""Parents that never reach the back end: why a span's parent id leads nowhere.

Four reasons, each seen where it happens: a sampler dropped the parent and not the
child; the parent was never ended; and, in `ctxwatch.exports`, the full queue of a
BatchSpanProcessor dropped it, or its export failed. The last three count only if a
child did arrive: a back end that is down loses whole traces, and orphans nothing.

What is kept for a span is its line, its ids and its name, from its start to its
export, and nothing at all before the program has made a processor that exports.

Skipped: remote parents, which another process answers for; spans of ``with``
blocks that are never left; spans that are open in a thread other than the main
one, or in a task, when the process ends: that may well be what ended them.
"""

from __future__ import annotations

import contextlib
import inspect
import os
import sys
import threading
import weakref
from collections import OrderedDict, deque
from functools import partial
from typing import TYPE_CHECKING, Any

from opentelemetry import trace

from ctxwatch import current, intent, judge, patching, sites
from ctxwatch.guard import Probe
from ctxwatch.model import Crossing, Kind, Place, Root, Site, Verdict
from ctxwatch.recorder import recorder
from ctxwatch.scoping import misuse

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType, ModuleType

    from opentelemetry.trace import SpanContext

#: Spans under way, from start to export, and unsampled ones. The oldest are forgotten.
MOST_SPANS = 10_000
MOST_UNSAMPLED = 1_000

#: Name under which a provider's processors carry how many exporters they have.
_COUNTED = "_ctxwatch_exporters"
#: Modules whose processors have no exporter.
_EXPORT_NOTHING = frozenset({"ctxwatch.spans"})

#: In place of an exporter's id: all of them.
ANY = 0

_starting = Probe("span start, for missing parents")
_drop = Probe("unsampled spans")


class Start:
    """A span from its start to its export.

    Attributes:
        up: The start of its parent, while that is under way too.
        left: How many exporters have still to take it.
        sent: Whether an exporter has been given it.
        has_children: Whether a span has started under it that is recorded.
        open: The span, weakly, if it was started by hand and has not ended. A
            ``with`` block ends its span by itself.
        ident: The thread that started it, 0 if an event loop ran there.
        orphans: Its first child to arrive, by exporter.
        missing: Why it did not arrive, by exporter: boundary and evidence.
    """

    # Most spans need only what __init__ sets: the rest costs nothing while it is the class's.
    up: Start | None = None
    sent = False
    has_children = False
    open: weakref.ref[Any] | None = None
    ident = 0
    orphans: dict[int, Start] | None = None
    missing: dict[int, tuple[str, str]] | None = None

    def __init__(self, context: SpanContext, name: str, code: CodeType, instruction: int) -> None:
        self.context = context
        self.name = name
        self.code = code
        self.instruction = instruction
        self.left = 0

    @property
    def site(self) -> Site:
        """The line that started the span."""
        return Site(Place(self.code, self.instruction), None, None)


# A dict would look for its oldest entry from the front, through all that have gone before.
starts: OrderedDict[int, Start] = OrderedDict()
_unsampled: OrderedDict[int, Start] = OrderedDict()
#: Spans that were collected before they ended, noted where no code of ours may run for long.
due: deque[Start] = deque()

_exporters = 0
_mixing = False
_start_code: CodeType | None = None
_managed_code: CodeType | None = None

#: Files that stand between the SDK's start of a span and the line that asked for it.
_between: set[str] = {contextlib.__file__, trace.__file__, __file__}


def _asker(frame: FrameType | None) -> tuple[FrameType | None, bool]:
    """The frame that asked for a span, and whether it did so with a ``with`` block."""
    managed = False
    while frame is not None and frame.f_code.co_filename in _between:
        if frame.f_code.co_name == "start_as_current_span":
            managed = True
        frame = frame.f_back
    return frame, managed


def _bound(table: OrderedDict[int, Start]) -> None:
    """Forget the oldest, and what is above it: a chain of spans may go on for ever."""
    with contextlib.suppress(KeyError):  # another thread was at it
        _, oldest = table.popitem(last=False)
        oldest.up = None


def _exporters_of(span: Any) -> int:
    """How many exporters take *span*: those of its provider."""
    active = getattr(span, "_span_processor", None)
    processors = getattr(active, "_span_processors", None)
    if processors is None:
        return _exporters
    known = vars(active).get(_COUNTED)
    if known is not None and known[0] is processors:
        count: int = known[1]
        return count
    counted = _count(processors)
    setattr(active, _COUNTED, (processors, counted))
    return counted


def _count(processors: Any) -> int:
    count = 0
    for processor in processors:
        if hasattr(processor, "span_exporter"):
            count += 1
        elif type(processor).__module__ not in _EXPORT_NOTHING:
            return _exporters  # it may pass them on to processors of its own
    return count


def _asked_here() -> tuple[FrameType | None, bool]:
    """As `_asker`, for the caller of `started`."""
    # Where nobody has laid a function of their own in between, it is this frame.
    frame: FrameType | None = sys._getframe(6)
    if frame is not None and frame.f_code is _managed_code:
        frame = sys._getframe(8)
        if frame.f_code.co_filename not in _between:
            return frame, True
    elif frame is not None and frame.f_code.co_filename not in _between:
        return frame, False
    return _asker(sys._getframe(3))


def started(span: Any) -> None:
    """Take down a recorded span, inside its start."""
    parent = span.parent
    exporters = _exporters_of(span) if _exporters else 0
    if not exporters and not (_mixing and parent is not None):
        return
    context = span.get_span_context()
    if not context.trace_flags & 1:
        return
    frame, managed = _asked_here()
    if frame is None:
        return
    start = Start(context, span.name, frame.f_code, frame.f_lasti)
    if parent is not None and not parent.is_remote:
        start.up = starts.get(parent.span_id)
        if start.up is not None:
            start.up.has_children = True
        if _unsampled and not parent.trace_flags & 1:
            _sampled_under(parent, start)
    if not exporters:
        return
    start.left = exporters
    if not managed:
        start.open = weakref.ref(span, partial(_collected, context.span_id))
        start.ident = 0 if current.in_event_loop() else current.get_ident()
    starts[context.span_id] = start
    if len(starts) > MOST_SPANS:
        _bound(starts)


def _sampled_under(parent: SpanContext, start: Start) -> None:
    """*start* is recorded under a *parent* that is not: is that one of ours?"""
    dropped = _unsampled.get(parent.span_id)
    if dropped is not None and dropped.context.trace_id == parent.trace_id:
        _report("sampler", dropped, start, "Its sampler dropped it and kept this child.")


def ended(span: Any) -> None:
    """A span has ended: it is not one of those that never do."""
    if starts:
        start = starts.get(span.context.span_id)
        if start is not None and start.open is not None:
            start.open = None


def _collected(span_id: int, _: weakref.ref[Any]) -> None:
    """A span is gone that has not ended. Called in the middle of anything."""
    start = starts.get(span_id)
    if start is not None and _starting.on:
        due.append(start)


def write_due() -> None:
    """Write what could not be written where it was noticed."""
    with recorder.deciding:
        while due:
            try:
                start = due.popleft()
            except IndexError:  # another thread was faster
                return
            gone(start, ANY, "span", "It was forgotten without a call of its end().")
            if not start.has_children and sites.is_users(start.code):
                misuse.never_ended(start.context, start.name, start.site)


def gone(start: Start, exporter: int, boundary: str, evidence: str) -> None:
    """*start* will not arrive at *exporter*, which may be `ANY`: have its children?"""
    if start.missing is None:
        start.missing = {}
    start.missing[exporter] = boundary, evidence
    orphans = start.orphans
    if orphans:
        first = next(iter(orphans.values()))
        orphan = first if exporter == ANY else orphans.get(exporter)
        if orphan is not None:
            _report(boundary, start, orphan, evidence)


def _report(boundary: str, parent: Start, child: Start, evidence: str) -> None:
    here = current.spot(None)
    origin = here._replace(context=parent.context, name=parent.name)
    loss = Crossing(0, boundary, Kind.ITEM, origin, parent.site, variant=evidence)
    loss.verdict = Verdict.KEPT
    purpose = intent.reason_at(loss.site)
    if purpose is not None:
        recorder.silenced(purpose)
        return
    root = Root(child.context, child.name, child.site, loss, None, here, origin)
    recorder.found(judge.parent_missing(root))


def exporter_made() -> None:
    """One more exporter takes every span from now on."""
    global _exporters  # noqa: PLW0603 - a count of this process
    _exporters += 1


def sent(start: Start) -> None:
    """One exporter less that has still to take the span."""
    start.left -= 1
    if start.left <= 0:
        starts.pop(start.context.span_id, None)


def arrived(start: Start, exporter: int) -> None:
    """*start* is at the back end of *exporter*; is its parent missing there?"""
    up = start.up
    if start.left <= 0:
        start.up = None
    if up is None:
        return
    if up.orphans is None:
        up.orphans = {}
    if exporter in up.orphans:
        return
    up.orphans[exporter] = start
    for key in (exporter, ANY):
        if up.missing is not None and key in up.missing:
            boundary, evidence = up.missing[key]
            _report(boundary, up, start, evidence)


def _patch_unsampled(original: Callable[..., None]) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - shown in tracebacks under this name
        original(self, *args, **kwargs)
        if _drop.on:
            try:
                frame = sys._getframe(1)
                if frame.f_code is _start_code:
                    _not_sampled(self.get_span_context(), frame)
            except Exception:
                _drop.failed()

    return __init__


def _not_sampled(context: SpanContext, frame: FrameType) -> None:
    """The SDK has started a span that its sampler dropped."""
    if context is None or not context.is_valid or context.is_remote or context.trace_flags & 1:
        return  # what a disabled tracer gives back: the parent
    recorder.count_unsampled()
    if not _mixing or context.span_id in _unsampled:
        return
    name = frame.f_locals["name"]
    asker, _ = _asker(frame)
    if asker is not None:
        _unsampled[context.span_id] = Start(context, name, asker.f_code, asker.f_lasti)
        if len(_unsampled) > MOST_UNSAMPLED:
            _bound(_unsampled)


def sampled_by(sampler: Any) -> None:
    """A provider has *sampler*: could that drop a parent and keep its child?"""
    global _mixing  # noqa: PLW0603 - a latch
    if type(sampler).__module__ == "opentelemetry.sdk.trace.sampling":
        kind = type(sampler).__name__
        if kind == "StaticSampler":
            return
        unsampled = getattr(sampler, "_local_parent_not_sampled", None)
        if kind == "ParentBased" and type(unsampled).__name__ == "StaticSampler":
            return
    _mixing = True


def process_ends() -> None:
    """Decide what is still open."""
    if not _starting.on:
        return
    write_due()
    if not hasattr(sys, "last_type"):  # else the program was cut short
        _still_open()
    forget()


def _still_open() -> None:
    """Spans that the main thread has started, and can no longer end."""
    main = threading.main_thread().ident
    for start in tuple(starts.values()):
        span = start.open() if start.open is not None else None
        if span is not None and start.ident == main and span.end_time is None:
            gone(start, ANY, "span", "It was still open when the process ended.")


def install_spans(module: ModuleType) -> None:
    """Begin to see which spans are not sampled."""
    global _start_code, _managed_code  # noqa: PLW0603 - set once
    _start_code = inspect.unwrap(module.Tracer.start_span).__code__
    _managed_code = inspect.unwrap(module.Tracer.start_as_current_span).__code__
    _between.add(module.__file__ or "")
    _between.add(patching.__file__)
    for name in ("opentelemetry.util._decorator", "ctxwatch.spans"):
        found = sys.modules.get(name)
        if found is not None:
            _between.add(found.__file__ or "")
    patching.patch(trace.NonRecordingSpan, "__init__", _patch_unsampled)


def forget() -> None:
    """Drop everything that is under way: for uninstall, in a forked child, at the end."""
    starts.clear()
    _unsampled.clear()
    due.clear()


def uninstall() -> None:
    """Forget also that there are exporters."""
    global _exporters, _mixing  # noqa: PLW0603 - what this process has
    _exporters = 0
    _mixing = False
    forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forget)
