"""What becomes of spans after their end: the queue of a BatchSpanProcessor, and the export.

Only looked at: the queue's length before a span goes in, and what an exporter
returns to the processor that called it. A full queue drops its oldest span; that
it was not, at that moment, taken to be exported shows in the exporter's next
batch. What follows from all this for the children is decided in `ctxwatch.missing`.

Skipped: exporters that do not say how it went; spans that end after the shutdown,
or are in the queue when the process is killed.
"""

from __future__ import annotations

import inspect
import os
import sys
import threading
import weakref
from types import FunctionType
from typing import TYPE_CHECKING, Any

from ctxwatch import current, missing, patching
from ctxwatch.guard import Probe

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from ctxwatch.missing import Start

    #: What is being exported: by whom (thread and exporter), and which spans.
    _Sending = tuple[tuple[int, int], list[Start]]

#: Exporter classes that are watched.
MOST_EXPORTERS = 100
#: Spans that one queue may be suspected to have dropped since the last batch.
MOST_SUSPECTS = 10_000

_export = Probe("SpanExporter.export")
_emit = Probe("BatchSpanProcessor queue")

_RAISED = "Its export raised an exception."

#: What a full queue may have dropped, by exporter, until that exporter's next batch shows it.
_suspects: dict[int, list[tuple[Start, str]]] = {}
#: The batches that are being exported, by thread and exporter.
_under_way: dict[tuple[int, int], list[Start]] = {}

_watched: weakref.WeakSet[type] = weakref.WeakSet()
#: The files with the SDK's processors.
_processors: set[str] = set()
_success: object = None
_failure: object = None


def _patch_processor(original: Callable[..., None]) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - shown in tracebacks under this name
        original(self, *args, **kwargs)
        if _export.on:
            try:
                _watch(self.span_exporter)
            except Exception:
                _export.failed()

    return __init__


def _watch(exporter: Any) -> None:
    cls = type(exporter)
    if cls not in _watched:
        if len(_watched) >= MOST_EXPORTERS or not isinstance(
            inspect.getattr_static(cls, "export", None), FunctionType
        ):
            return
        _watched.add(cls)
        patching.patch(cls, "export", _patch_export)
    missing.exporter_made()


def _patch_export(original: Callable[..., Any]) -> Callable[..., Any]:
    def export(self: Any, spans: Any, *args: Any, **kwargs: Any) -> Any:
        sending: _Sending | None = None
        if _export.on:
            try:
                # Exporters call each other too; what counts is what a processor is told.
                if sys._getframe(1).f_code.co_filename in _processors:
                    sending = _sending(id(self), spans)
            except Exception:
                _export.failed()
        result = original(self, spans, *args, **kwargs)
        if sending is not None:
            try:
                _sent(sending, result)
            except Exception:
                _export.failed()
        return result

    return export


def _sending(exporter: int, spans: Any) -> _Sending | None:
    if not isinstance(spans, (list, tuple)):
        return None
    key = current.get_ident(), exporter
    raised = _under_way.pop(key, None)
    if raised:
        _failed(exporter, raised, _RAISED)
    batch = []
    known = missing.starts
    for span in spans:
        start = known.get(span.context.span_id)
        if start is not None:
            start.sent = True
            batch.append(start)
    if _suspects:
        _dropped(exporter, _suspects.pop(exporter, []))
    _under_way[key] = batch
    return key, batch


def _sent(sending: _Sending, result: object) -> None:
    key, batch = sending
    exporter = key[1]
    _under_way.pop(key, None)
    if result is _failure:
        _failed(exporter, batch, "Its export returned SpanExportResult.FAILURE.")
        return
    for start in batch:
        missing.sent(start)
        if result is _success:
            missing.arrived(start, exporter)


def _dropped(exporter: int, suspects: list[tuple[Start, str]]) -> None:
    for start, evidence in suspects:
        if not start.sent:
            missing.gone(start, exporter, "BatchSpanProcessor", evidence)


def _failed(exporter: int, batch: list[Start], evidence: str) -> None:
    for start in batch:
        missing.gone(start, exporter, "SpanExporter.export", evidence)


def _patch_emit(original: Callable[..., None]) -> Callable[..., None]:
    def emit(self: Any, data: Any) -> None:
        oldest: Start | None = None
        if _emit.on:
            try:
                oldest = _oldest_of_full(self)
            except Exception:
                _emit.failed()
        original(self, data)
        if oldest is not None and not oldest.sent:
            # Dropped, or the exporter's thread has just taken it: its next batch tells.
            try:
                _suspect(self, oldest)
            except Exception:
                _emit.failed()

    return emit


def _queue(processor: Any) -> Any:
    queue = getattr(processor, "_queue", None)
    return queue if queue is not None else getattr(processor, "queue", None)


def _oldest_of_full(processor: Any) -> Start | None:
    queue = _queue(processor)
    if queue is None or len(queue) != queue.maxlen or getattr(processor, "_shutdown", False):
        return None
    try:
        context = getattr(queue[-1], "context", None)
    except IndexError:  # the exporter's thread has taken it
        return None
    return None if context is None else missing.starts.get(context.span_id)


def _suspect(processor: Any, start: Start) -> None:
    exporter = getattr(processor, "_exporter", None) or getattr(processor, "span_exporter", None)
    evidence = f"It was the oldest in a full queue of {_queue(processor).maxlen} spans."
    suspects = _suspects.setdefault(id(exporter), [])
    if len(suspects) < MOST_SUSPECTS:
        suspects.append((start, evidence))


def process_ends() -> None:
    """Decide what no further batch will decide."""
    if not _export.on:
        return
    mine = current.get_ident()
    for (ident, exporter), batch in tuple(_under_way.items()):
        if ident == mine or ident not in threading._active:  # type: ignore[attr-defined]
            _failed(exporter, batch, _RAISED)
    for exporter, suspects in tuple(_suspects.items()):
        _dropped(exporter, suspects)
    forget()


def install(module: ModuleType) -> None:
    """Begin to see what becomes of spans after their end."""
    global _success, _failure  # noqa: PLW0603 - set once
    _success = module.SpanExportResult.SUCCESS
    _failure = module.SpanExportResult.FAILURE
    _processors.add(module.__file__ or "")
    patching.patch(module.SimpleSpanProcessor, "__init__", _patch_processor)
    patching.patch(module.BatchSpanProcessor, "__init__", _patch_processor)
    shared = sys.modules.get("opentelemetry.sdk._shared_internal")
    if shared is not None and hasattr(getattr(shared, "BatchProcessor", None), "emit"):
        _processors.add(shared.__file__ or "")
        patching.patch(shared.BatchProcessor, "emit", _patch_emit)
    else:
        patching.patch(module.BatchSpanProcessor, "on_end", _patch_emit)


def forget() -> None:
    """Drop everything that is under way: in a forked child, at the end."""
    _suspects.clear()
    _under_way.clear()


def uninstall() -> None:
    """Forget also which classes were patched, as they are no more."""
    _watched.clear()
    forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forget)
