"""The values that travel through ctxwatch: what was seen, and what it means.

Nothing here reads the clock, the environment or the current context; the rules
that turn these values into verdicts and findings are in `ctxwatch.judge`.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType
    from weakref import ref

    from opentelemetry.trace import Span, SpanContext


class Verdict(str, enum.Enum):
    """What became of the current span on its way over a boundary."""

    KEPT = "kept"
    RESCUED = "rescued"
    LOST = "lost"
    STALE = "stale"
    LEAKED = "leaked"
    DETACHED = "detached"
    EMPTY = "empty"


#: Verdicts that need nobody's attention. A tuple: Enum hashes in Python.
QUIET = (Verdict.KEPT, Verdict.EMPTY, Verdict.DETACHED)


class Kind(enum.Enum):
    """How long the unit behind a boundary lives, which decides what a root in it proves.

    A pool's work item, a queue's item and a timer are handed over for one piece of work, so
    whatever they do belongs to the hand-off, and so does a body that was made
    there and runs later. A thread or a process may as well
    be a worker that goes on with work of its own. A task's end is not observed. A
    server's connections are units that nobody hands over; a signal handler or a reader
    is called as often as something comes in.
    """

    ITEM = "item"
    QUEUED = "queued"
    DEFERRED = "deferred"
    TIMER = "timer"
    THREAD = "thread"
    PROCESS = "process"
    TASK = "task"
    CALLBACK = "callback"
    SERVER = "server"


class Stage(enum.Enum):
    """How much of a unit's life is known when it is judged.

    A unit that was stopped did not end by itself: somebody else had the loop forget it.
    """

    RUNNING = "running"
    ENDED = "ended"
    STOPPED = "stopped"
    PROCESS_ENDS = "process ends"


class Family(str, enum.Enum):
    """The families of findings, as they stand in the log."""

    PARENT_LOST = "parent_lost"
    PARENT_STALE = "parent_stale"
    PARENT_LEAKED = "parent_leaked"
    PARENT_MISSING = "parent_missing"
    LATE_CHILD = "late_child"
    SCOPE_MISUSE = "scope_misuse"
    ENTRY_WITHOUT_CARRIER = "entry_without_carrier"


class Fault(str, enum.Enum):
    """What can go wrong with a scope, from attach to detach. The values are codes of findings."""

    OTHER_CONTEXT = "CTX701"
    TWICE = "CTX702"
    NO_TOKEN = "CTX703"  # noqa: S105 - no password
    OUT_OF_ORDER = "CTX704"
    NEVER_DETACHED = "CTX705"
    STILL_CURRENT = "CTX706"
    NEVER_ENDED = "CTX707"
    LEFT_GENERATOR = "CTX708"


class Role(str, enum.Enum):
    """What happened to a scope at one line, as it stands in the log."""

    ATTACHED = "attached"
    BLOCK = "block"
    YIELD = "yield"
    READ = "read"
    DETACHED = "detached"
    INNER = "inner"
    INNER_DETACHED = "inner_detached"


class Place(NamedTuple):
    """A line of code, kept as the interpreter keeps it until somebody wants to read it.

    `instruction` is the bytecode offset (``frame.f_lasti``): reading it costs a
    tenth of ``frame.f_lineno``, which decodes the line table on each call.
    """

    code: CodeType
    instruction: int

    @property
    def file(self) -> str:
        """The absolute path of the source file, or what the code object says in its place."""
        return self.code.co_filename

    @property
    def line(self) -> int:
        """The line number, from 1; the function's own line where there is no better one."""
        for start, end, line in self.code.co_lines():
            if start <= self.instruction < end and line is not None:
                return line
        return self.code.co_firstlineno

    @property
    def function(self) -> str:
        """The qualified name where the interpreter knows it (3.11+), else the plain name."""
        return getattr(self.code, "co_qualname", self.code.co_name)

    def as_tuple(self) -> tuple[str, int, str]:
        """``(file, line, function)``."""
        return self.file, self.line, self.function


class FixedPlace(NamedTuple):
    """A line of code in another process: the same face as `Place`, already read."""

    file: str
    line: int
    function: str

    def as_tuple(self) -> tuple[str, int, str]:
        """``(file, line, function)``."""
        return self.file, self.line, self.function


class Site(NamedTuple):
    """Where something happened in the user's terms.

    `place` is the application's line; where the hand-off itself stands in a
    third-party package, `library` is that package's line. `via` is the boundary
    as the user called it, where that differs from the place that is patched:
    ``loop.run_in_executor`` for a work item of a pool.
    """

    place: Place | FixedPlace
    library: Place | FixedPlace | None
    via: str | None


class Spot(NamedTuple):
    """The current span in one unit at one moment: the evidence behind a snapshot.

    `context` is None where no span was current. `span` is weak: watching a
    span must not keep it alive.
    """

    context: SpanContext | None
    name: str | None
    span: ref[Span] | None
    time_ns: int
    pid: int
    thread_id: int
    thread_name: str | None
    task: str | None

    @property
    def ended(self) -> bool | None:
        """Whether the span has ended by now. None where that cannot be known.

        A span that was collected can no longer be the parent of anything, which
        is as good as ended. A span of another process cannot be asked.
        """
        if self.span is None:
            return None
        span = self.span()
        return span is None or getattr(span, "end_time", None) is not None

    @property
    def was_over(self) -> bool:
        """Whether the span is known to have ended before this moment."""
        ended = None if self.span is None else getattr(self.span(), "end_time", None)
        return ended is not None and ended < self.time_ns


class Crossing:
    """One passage of a boundary.

    Attributes:
        number: Unique in the process that handed the work over.
        boundary: The boundary's name, as the user writes it.
        kind: What stands behind the boundary.
        origin: The span that was current where the work was handed over.
        site: The line that handed it over.
        parent: The crossing that led to the unit which handed the work over,
            kept only while there is a loss to explain.
        work: The code of the function that was handed over, if known.
        variant: What tells this use of the boundary from others, where it
            changes the remedy: ``subclass``, ``process``. For a parent that
            never arrived, the evidence in words.
        arrival: The span that was current when the work first ran.
        verdict: None until the arrival is seen.
        loss: The first crossing of this lineage at which the context was lost.
        running: Whether the unit is known to be at work.
        rearmed: Whether the work handed itself over again, as periodic work does.
        provisional: Whether the verdict holds for the target only; a span that
            proves a loss before that corrects it.
        foreign: Spans that took this unit's inherited span for their parent after
            that had ended; `foreign_count` says how many there were, `leaked`
            that this has been reported.
        purpose: Why the program means this hand-off to leave its trace, if it said so.
        roots: Spans without parent that wait for the end of this unit.
    """

    #: A lineage longer than this is cut in the middle: its first loss and its
    #: latest hops are what a reader needs, and a chain without an end (a timer
    #: that starts the next timer) must not grow without one.
    LONGEST = 16

    # Most crossings are kept and never get any of these: on the class they cost nothing.
    parent: Crossing | None = None
    depth: int = 0
    work: Any = None
    variant: str = ""
    arrival: Spot | None = None
    verdict: Verdict | None = None
    loss: Crossing | None = None
    running: bool = False
    rearmed: bool = False
    provisional: bool = False
    purpose: str | None = None
    roots: list[Root] | None = None
    foreign: list[Root] | None = None
    foreign_count: int = 0
    leaked: bool = False

    def __init__(
        self,
        number: int,
        boundary: str,
        kind: Kind,
        origin: Spot,
        site: Site,
        parent: Crossing | None = None,
        work: Any = None,
        variant: str = "",
    ) -> None:
        self.number = number
        self.boundary = boundary
        self.kind = kind
        self.origin = origin
        self.site = site
        if work is not None:
            self.work = work
        if variant:
            self.variant = variant
        if parent is not None:
            if parent.depth >= self.LONGEST and parent.loss is not None:
                parent = parent.loss
            self.parent = parent
            self.depth = parent.depth + 1

    @property
    def id(self) -> str:
        """The id that pairs both sides in the log, unique among processes."""
        return f"{self.origin.pid:x}-{self.number:x}"

    @property
    def leaves_process(self) -> bool:
        """Whether the work runs in another process."""
        return self.kind is Kind.PROCESS or self.variant == "process"

    def chain(self) -> Iterator[Crossing]:
        """This crossing and those before it, latest first, up to the first loss."""
        crossing: Crossing | None = self
        while crossing is not None:
            yield crossing
            if crossing is self.loss:
                return
            crossing = crossing.parent


class Root(NamedTuple):
    """A span that started without its parent, in a unit whose lineage says what that was.

    `parent_open` says whether the span that was lost had not yet ended when
    this one started; None where it lived in another process. `actual` is the
    wrong parent that it has instead, None for a root. `is_entry` says that its
    kind is SERVER or CONSUMER, which no local span can be the parent of. For a scope that went
    wrong it may have no span, and an empty name.
    """

    context: SpanContext | None
    name: str
    site: Site
    lineage: Crossing
    parent_open: bool | None
    spot: Spot
    actual: Spot | None = None
    is_entry: bool = False


class Step(NamedTuple):
    """A line at which something happened to a scope.

    `unit` is the current span and the unit there; None where that is not known.
    """

    role: Role
    place: Place | FixedPlace
    unit: Spot | None


class Misuse(NamedTuple):
    """A scope that went wrong: its span, and what happened to it, first things first.

    `generator` is the kind and the name of the one that held it, `left` the unit and the span
    that is current in it afterwards, `given` the type of what was detached in place of a token.
    """

    span: Spot
    steps: tuple[Step, ...]
    generator: tuple[str, str] | None = None
    left: Spot | None = None
    given: str | None = None


class Finding(NamedTuple):
    """A diagnosed problem, ready to be written.

    `hops` runs from the crossing that lost the context to the one that led to
    the flagged span. `inherited` led to the unit that passed its own, wrong
    context on. `misuse` is the scope, where one went wrong.
    """

    code: str
    family: Family
    severity: str
    root: Root
    loss: Crossing
    hops: tuple[Crossing, ...]
    inherited: Crossing | None = None
    misuse: Misuse | None = None
