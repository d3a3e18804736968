"""The hot path: lines of the user's that hand over again and again, and the notes taken there.

A note is taken only where the user's line calls the boundary with nothing but
known functions between them, under a valid span. All else takes the long way,
through `ctxwatch.crossings`.
"""

from __future__ import annotations

import _thread
from inspect import CO_COROUTINE
from sys import _getframe
from time import time_ns
from typing import TYPE_CHECKING, Any
from weakref import ref

from opentelemetry import context as context_api
from opentelemetry.trace.propagation import _SPAN_KEY

from ctxwatch import current, inheritance, intent, sampling, sites, units
from ctxwatch.model import Kind, Place, Verdict
from ctxwatch.notes import next_number
from ctxwatch.recorder import recorder

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

    from ctxwatch.model import Site
    from ctxwatch.notes import Note

#: Lines that one boundary remembers. What other lines hand over takes the long way.
MOST_LINES = 10_000
#: Rescued crossings of one line that take the long way, which writes them.
LOUD = 10


class Line:
    """A line of the user's that hands over through one boundary, and counts what became of it."""

    __slots__ = ("boundary", "first", "kept", "kind", "loud", "rescued", "site")

    def __init__(self, site: Site, kind: Kind, boundary: str, first: CodeType) -> None:
        self.site = site
        self.kind = kind
        self.boundary = boundary
        self.first = first  # keeps the id unique that the line is found by
        self.kept: Callable[[], int] = recorder.counter(boundary, Verdict.KEPT)
        self.rescued: Callable[[], int] = recorder.counter(boundary, Verdict.RESCUED)
        self.loud = LOUD


class Lines:
    """The lines that hand over through one boundary.

    *calls* are as in `sites.find`. *between* are functions that may stand between the
    user's line and the boundary, ``(file, function)`` as `sites.stdlib_name` has
    them. No loop and no pool may call any of them, but for coroutines, which both await and
    loops do.
    """

    def __init__(
        self, kind: Kind, boundary: str, calls: sites.Calls, between: frozenset[tuple[str, str]]
    ) -> None:
        self._kind = kind
        self._is_task = kind is Kind.TASK
        self._boundary = boundary
        self._calls = calls
        self._names = between
        # By id, as to hash a code object takes a microsecond; the value keeps the id unique.
        self._between: dict[int, CodeType] = {}
        self._lines: dict[tuple[int, int, int], Line] = {}

    def note(self, depth: int) -> Note | None:
        """Take down a hand-off by the caller *depth* frames up. None where it needs a crossing."""
        span: Any = context_api._RUNTIME_CONTEXT.get_current().get(_SPAN_KEY)
        if span is None or recorder.verbose or inheritance.serving or intent.reason_here():
            return None
        context = span.get_span_context()
        if not context.is_valid or (sampling.limit is not None and sampling.skips(context)):
            return None
        frame: Any = _getframe(depth)
        first = code = frame.f_code
        between = self._between
        while id(code) in between:
            above = frame.f_back
            if above is None:
                return None
            if code.co_flags & CO_COROUTINE and not above.f_code.co_flags & CO_COROUTINE:
                return None  # a task of its own
            frame = above
            code = frame.f_code
        line = self._lines.get((id(code), frame.f_lasti, id(first)))
        if line is None:
            line = self._new_line(first, frame, depth)
            if line is None:
                return None
        task = None
        if not self._is_task:
            task = current.running_task()
            if task is not None:
                task = ref(task)
        name = getattr(span, "name", None)
        note = line, ref(span), context, name, time_ns(), next_number(), _thread.get_ident(), task
        recorder.ring.append(note)
        return note

    def _new_line(self, first: CodeType, frame: Any, depth: int) -> Line | None:
        """The line at *frame*; None where that is not the user's."""
        code = frame.f_code
        if (sites.stdlib_name(code.co_filename), code.co_name) in self._names:
            self._between[id(code)] = code
            return None
        # A library's line may be called from the application the next time, and then stands for it.
        if not sites.is_users(code):
            return None
        site = sites.find(depth + 1, self._calls)
        if site is None or site.library is not None or len(self._lines) >= MOST_LINES:
            return None
        if site.place.as_tuple() != Place(code, frame.f_lasti).as_tuple():
            return None
        if intent.reason_at(site) is not None:
            return None
        units.watch_tasks()
        line = Line(site, self._kind, site.via or self._boundary, first)
        self._lines[id(code), frame.f_lasti, id(first)] = line
        return line
