"""Which test is behind a finding: the recorder's listener while tests are watched.

A finding may arise long after the test that caused it has ended. So it is charged
by what is behind it: the hand-off that lost the context, or else the span that
was current there, or the one that was orphaned. Each of these belongs to the
scope in which it came to be. Time decides only for a span without a parent and
without a lineage: that belongs to the test that is running.
"""

from __future__ import annotations

import contextlib
import contextvars
import json
import os
import secrets
import tempfile
import threading
from time import sleep
from typing import TYPE_CHECKING, Any, TypeVar

from ctxwatch import agent, decisions, inheritance, lineage
from ctxwatch import config as settings
from ctxwatch.recorder import recorder
from ctxwatch.reporter import records
from ctxwatch.reporter.sink import Sink
from ctxwatch.testing.scopes import Scope, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxwatch.model import Crossing, Finding, Spot
    from ctxwatch.recorder import Listener
    from ctxwatch.reporter.records import Record
    from ctxwatch.testing.allowances import Allowance

    _K = TypeVar("_K")

#: Seconds that a test waits, after its end, for work that it handed over.
WAIT = 1.0
#: Seconds between two looks at whether that is done.
POLL = 0.005

#: Spans, and crossings, whose scope is known. The oldest are forgotten.
MOST_KNOWN = 50_000

_scope_here: contextvars.ContextVar[Scope | None] = contextvars.ContextVar(
    "ctxwatch_scope", default=None
)


class Watch:
    """Charges findings to scopes, and passes on to the reporter what it is told.

    Several may use it at once, and one inside another; it is on from the first
    `acquire` to the last `release`. An agent that was on before stays on.
    """

    def __init__(self) -> None:
        self._users = 0
        self._lock = threading.Lock()
        self._next: Listener | None = None
        self._reporter: Listener | None = None
        self._installed = False
        self._verbose = False
        self._pid = os.getpid()
        #: Where forked processes write what they find, and how far that is read.
        self._children = ""
        self._read = 0
        self._paused = False
        self._open: list[Scope] = []
        self._of_crossing: dict[str, Scope] = {}
        self._of_span: dict[tuple[str, str], Scope] = {}

    def acquire(self) -> bool:
        """Have the agent on, until `release`. Whether it is: ``CTXWATCH=0`` forbids it."""
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._start()
            return self._reporter is not None

    def release(self) -> None:
        """Undo one `acquire`."""
        with self._lock:
            self._users -= 1
            if self._users == 0 and self._reporter is not None:
                self._stop()

    def _start(self) -> None:
        config = settings.read()
        self._installed = agent.reporter() is None and not config.value("CTXWATCH")
        if self._installed and config.sources["CTXWATCH_INSTRUMENTORS"] == "default":
            # A test is to see the program as it is, not as instrumentors would mend it.
            config = settings.read({**os.environ, "CTXWATCH_INSTRUMENTORS": "none"})
        agent.install(config)
        self._reporter = agent.reporter()
        if self._reporter is None:
            return
        told = not self._installed or config.value("CTXWATCH_LOG_FILE")
        self._next = self._reporter if told else None
        self._pid = os.getpid()
        name = f"ctxwatch-{secrets.token_hex(16)}.jsonl"
        self._children = os.path.join(tempfile.gettempdir(), name)
        self._read = 0
        self._verbose, recorder.verbose = recorder.verbose, True
        recorder.listener = self
        recorder.span_listener = self

    def _stop(self) -> None:
        if recorder.listener is self:
            recorder.listener = self._reporter
        recorder.verbose = self._verbose
        recorder.span_listener = None
        if self._installed:
            agent.uninstall()
        self._next = self._reporter = None
        self._of_crossing.clear()
        self._of_span.clear()
        with contextlib.suppress(OSError):
            os.unlink(self._children)

    def open(self, allowances: Sequence[Allowance] = ()) -> Scope:
        """Begin a scope: what happens from now on belongs to it."""
        scope = Scope(self._here(), allowances)
        self._open.append(scope)
        _scope_here.set(scope)
        return scope

    def close(self, scope: Scope) -> None:
        """End *scope*. What it has not told is its outer scope's, if that is open."""
        scope.is_open = False
        self._open.remove(scope)
        # Not by a token: an async fixture may end in another context than it began in.
        _scope_here.set(scope.outer)
        outer = _nearest_open(scope)
        if outer is not scope:
            for finding in scope.take_findings():
                outer.charge(finding)

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """What begins in here is made for several tests, and is none's."""
        before, self._paused = self._paused, True
        scope = _scope_here.get()
        _scope_here.set(None)
        try:
            yield
        finally:
            self._paused = before
            _scope_here.set(scope)

    def settle(self, seconds: float, *scopes: Scope) -> None:
        """Wait until what *scopes* handed over to threads is done, for so long at most."""
        # Looks are counted, as tests replace clocks.
        for _ in range(round(seconds / POLL)):
            if not any(scope.is_working() for scope in scopes):
                break
            sleep(POLL)
        self.settled()

    def settled(self) -> None:
        """Have everything decided and charged that can be."""
        decisions.write_due()
        self._charge_from_children()

    def conclude(self) -> None:
        """Have decided what waits for the end of units that still run: no test comes after."""
        inheritance.process_ends()
        self.settled()

    def _here(self) -> Scope | None:
        """The scope that the running code belongs to, as far as its context tells; None if paused.

        A scope that has ended is not believed: a unit that lives on for the next
        test still has the context of the one that made it.
        """
        scope = _scope_here.get()
        if scope is not None and scope.is_open:
            return scope
        return self._open[-1] if self._open and not self._paused else None

    # What the recorder is told.

    def departed(self, crossing: Crossing) -> None:
        """Note whose hand-off it is."""
        if self._next is not None:
            self._next.departed(crossing)
        scope = _scope_here.get()
        if scope is None or not scope.is_open:
            origin = crossing.origin.context
            key = None if origin is None else records.ids(origin)
            scope = (self._of_span.get(key) if key is not None else None) or self._here()
        if scope is not None:
            scope.departed(crossing)
            _note(self._of_crossing, crossing.id, scope)

    def arrived(self, crossing: Crossing) -> None:
        """Note how it went."""
        if self._next is not None:
            self._next.arrived(crossing)
        scope = self._of_crossing.get(crossing.id)
        if scope is not None:
            scope.arrived(crossing)

    def started(self, span: Any) -> None:
        """Note whose span it is."""
        scope = _scope_here.get()
        if scope is None or not scope.is_open:
            scope = self._behind(span.parent) or self._here()
        if scope is not None:
            trace_id, span_id = records.ids(span.get_span_context())
            parent_id = None if span.parent is None else records.ids(span.parent)[1]
            scope.started(Span(span.name, trace_id, span_id, parent_id))
            _note(self._of_span, (trace_id, span_id), scope)

    def _behind(self, parent: Any) -> Scope | None:
        """The scope that handed over the work which is done here, or that *parent* is of."""
        work = lineage.work_here() if lineage.any_here() else None
        scope = None if work is None else self._of_crossing.get(work.id)
        if scope is None and parent is not None:
            scope = self._of_span.get(records.ids(parent))
        return scope

    def ended(self, span: Any) -> None:
        """Note its last name."""
        trace_id, span_id = records.ids(span.context)
        scope = self._of_span.get((trace_id, span_id))
        if scope is not None:
            scope.ended(span_id, span.name)

    def found(self, finding: Finding) -> None:
        """Charge it, unless it is for information only."""
        if self._next is not None:
            self._next.found(finding)
        if finding.severity == "info":
            return
        record = records.finding(finding, 1)
        if os.getpid() == self._pid:
            self._charge(record)
        else:
            Sink(self._children).write(json.dumps(record))

    def rooted(self, context: object, name: str, reason: str, spot: Spot) -> None:
        """Pass it on."""
        if self._next is not None:
            self._next.rooted(context, name, reason, spot)

    def noticed(self, event: str, level: str = "info") -> None:
        """Pass it on."""
        if self._next is not None:
            self._next.noticed(event, level)

    def process_ends(self) -> None:
        """Pass it on."""
        if self._next is not None:
            self._next.process_ends()

    def _charge(self, record: Record) -> None:
        scope = self._of_crossing.get(record["crossing"] or "")
        spans = [record["expected_parent"], record["actual_parent"], record]
        for span in spans if scope is None else ():
            key = (span["trace_id"], span["span_id"]) if span is not None else ("", "")
            scope = scope or self._of_span.get(key)
        if scope is None and self._open:
            scope = self._open[-1]
        if scope is not None:
            _nearest_open(scope).charge(record)

    def _charge_from_children(self) -> None:
        """Charge what forked processes have found since."""
        try:
            with open(self._children, "rb") as file:
                file.seek(self._read)
                data = file.read()
        except OSError:
            return
        whole = data[: data.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            self._charge(json.loads(line))


def _nearest_open(scope: Scope) -> Scope:
    """*scope*, or the first one around it that has not ended, if there is one."""
    found: Scope | None = scope
    while found is not None:
        if found.is_open:
            return found
        found = found.outer
    return scope


def _note(table: dict[_K, Scope], key: _K, scope: Scope) -> None:
    table[key] = scope
    if len(table) > MOST_KNOWN:
        with contextlib.suppress(StopIteration, RuntimeError):  # another thread was at it
            table.pop(next(iter(table)), None)


watch = Watch()
