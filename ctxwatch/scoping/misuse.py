"""What a scope that went wrong means: the evidence, gathered where it shows.

A detach that fails shows at once. A scope that is left open, or comes back, hurts only where
a span starts under it that should not: under a span that has ended, or was detached before,
or that a generator holds whose loop has been left. A span that was never ended shows when it is
collected.

Said nothing of, because nobody suffers: an attach that is never detached in a task or a
thread that ends with it; one that a later detach, or an attach of what was there before,
undoes.
"""

from __future__ import annotations

import os
from contextvars import Token
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import ref

from opentelemetry.context import get_current

from ctxwatch import current, judge, sites
from ctxwatch.model import Crossing, Fault, Kind, Misuse, Place, Role, Root, Site, Step
from ctxwatch.recorder import recorder
from ctxwatch.scoping import evidence, generators, known, runtime

if TYPE_CHECKING:
    from types import FrameType

    from opentelemetry.sdk.trace import Span
    from opentelemetry.trace import SpanContext

    from ctxwatch.scoping.runtime import Scope

#: Detaches that came too early, and scopes that may turn out to be left open. More are forgotten.
MOST_PENDING = 100

_ATTACH, _DETACH = "opentelemetry.context.attach", "opentelemetry.context.detach"


class _Early(NamedTuple):
    """A scope that was detached, by `detached`, while another one inside of it was current."""

    scope: Scope
    detached: Step | None
    time_ns: int


class _Returned(NamedTuple):
    """A scope that came back with the detach of another one, `inner`, and the line to blame."""

    outer: Scope
    inner: Scope
    main: Step
    misuse: Misuse


#: By the id of the context that the scope had attached.
_early: dict[int, _Early] = {}
_returned: dict[int, _Returned] = {}
#: Spans that were ended while they were current, by their ids: the thread and the task.
_ended_here: dict[tuple[int, int], tuple[int, ref[Any] | None]] = {}
#: What to say of the scopes in `runtime.suspected`, if they are never detached.
_suspects: dict[int, tuple[Root, Misuse]] = {}


def detach_failed(
    token: Any, scope: Scope | None, error: Exception, variable: Any, *, by_hand: bool
) -> None:
    """The runtime context, whose state is in *variable*, has raised *error* for *token*.

    *scope* is None where it is not open. *by_hand* says that the runtime context's own
    `detach` was called, and not OpenTelemetry's, which logs the error.
    """
    is_token = isinstance(token, Token)
    fault = judge.failed_detach(
        error, is_token=is_token, is_of_this_runtime=is_token and token.var is variable
    )
    if fault is None:
        return
    if fault is Fault.TWICE:
        scope = _closed_with(token)
    detached = evidence.line_here(Role.DETACHED)
    steps = () if scope is None else (*evidence.opening(scope), *evidence.held_at(scope, detached))
    misuse = Misuse(
        evidence.span_of(scope),
        (*steps, *_if_seen(detached)),
        None if scope is None else evidence.generator_of(scope),
        current.spot(current.span_here()),
        type(token).__name__ if fault is Fault.NO_TOKEN else None,
    )
    main = steps[0] if steps and fault is Fault.OTHER_CONTEXT else detached
    if main is not None:
        _report(fault, _DETACH, main, misuse, scope, tolerated=by_hand)


def _closed_with(token: Any) -> Scope | None:
    key = id(token)
    for seen, fields in reversed(tuple(runtime.closed)):
        if seen == key:
            return runtime.Scope(*fields)
    return None


def out_of_order(scope: Scope, token: Any) -> None:
    """*scope* was detached while something else was current than what it had attached.

    That alone is no mistake: what was attached inside of it may never be detached. It is
    one if the outer scope's turn came first: then the inner one's detach brings it back.
    FastAPI's own telemetry does that to dependencies with a yield, and the next detach
    mends it; so it counts only if a span starts before that.
    """
    if not isinstance(token, Token) or not runtime.is_here(scope):
        return
    outer = token.old_value
    early = _early.get(id(outer))
    if early is not None and early.scope.context() is outer:
        if scope.time_ns <= early.time_ns and runtime.is_here(early.scope):
            del _early[id(outer)]
            _came_back(early, scope)
        return
    context = scope.context()
    if context is not None:
        if len(_early) >= MOST_PENDING:
            _early.pop(next(iter(_early)), None)
        _early[id(context)] = _Early(
            scope, evidence.line_here(Role.DETACHED), current.spot(None).time_ns
        )


def _came_back(early: _Early, inner: Scope) -> None:
    """Keep the evidence until a span starts under what came back: most often none does."""
    (attached, *_) = evidence.opening(inner)
    misuse = Misuse(
        evidence.span_of(early.scope),
        (
            *evidence.opening(early.scope),
            attached._replace(role=Role.INNER),
            *_if_seen(early.detached),
            *_if_seen(evidence.line_here(Role.INNER_DETACHED)),
        ),
        evidence.generator_of(early.scope),
        current.spot(current.span_here()),
    )
    if len(_returned) >= MOST_PENDING:
        _returned.pop(next(iter(_returned)), None)
    main = early.detached or misuse.steps[0]
    _returned[id(early.scope.context())] = _Returned(early.scope, inner, main, misuse)


def _under_returned(span: Span) -> bool:
    """Whether *span* starts under a scope that came back; it is reported then."""
    context = get_current()
    returned = _returned.get(id(context))
    if returned is None or returned.outer.context() is not context:
        return False
    if not runtime.is_here(returned.outer):
        return False
    del _returned[id(context)]
    _, _, main, misuse = returned
    scopes = returned.outer, returned.inner
    _report(Fault.OUT_OF_ORDER, _DETACH, main, misuse, *scopes, orphan=span)
    return True


def ended_current(span: Any) -> None:
    """*span* ends here, and is still current."""
    if len(_ended_here) >= MOST_PENDING:
        _ended_here.pop(next(iter(_ended_here)), None)
    task = current.running_task()
    unit = current.get_ident(), None if task is None else ref(task)
    _ended_here[span.context.trace_id, span.context.span_id] = unit


def _was_ended_here(context: SpanContext) -> bool:
    """Whether the running unit has ended the span of *context* while that was current in it.

    A worker may as well attach the context of a request that ends, or has ended, elsewhere.
    """
    unit = _ended_here.get((context.trace_id, context.span_id))
    if unit is None:
        return False
    thread_id, task = unit
    running = current.running_task()
    return thread_id == current.get_ident() and (None if task is None else task()) is running


def started(span: Span, parent: Any) -> None:
    """*span* has started under *parent*, the current one: is that one there by mistake?"""
    if _returned and _under_returned(span):
        return
    is_over = getattr(parent, "end_time", None) is not None
    if not (_was_ended_here(parent.get_span_context()) if is_over else runtime.held):
        return
    found = runtime.behind_current()
    starter = evidence.starter()
    if found is None or starter is None:
        return
    key, scope = found
    if not is_over:
        _under_held(span, parent, scope, starter)
    elif not generators.is_generator(scope.code):
        _under_ended(span, parent, key, scope, starter)


def _under_ended(
    span: Span, parent: Any, key: int | None, scope: Scope, starter: FrameType
) -> None:
    misuse = Misuse(current.spot(parent), evidence.opening(scope))
    if key is None:
        _report(Fault.NEVER_DETACHED, _ATTACH, misuse.steps[0], misuse, scope, orphan=span)
    elif starter.f_code is scope.code and starter.f_lasti > scope.instruction:
        # The very function that has opened the scope goes on in it.
        _report(Fault.STILL_CURRENT, _ATTACH, misuse.steps[0], misuse, scope, orphan=span)
    elif starter.f_code is scope.code or not evidence.is_running(scope.code, starter):
        _tokens_gone()
        if key not in runtime.suspected and len(_suspects) < MOST_PENDING:
            runtime.suspected[key] = runtime.opened[key]
            _suspects[key] = _root(_ATTACH, misuse.steps[0], misuse, span), misuse


def _under_held(span: Span, parent: Any, scope: Scope, starter: FrameType) -> None:
    """A generator of the user's holds the current span. Has the loop been left that reads it?"""
    if not generators.is_generator(scope.code) or not sites.is_users(scope.code):
        return
    if scope.caller is None or not scope.caller.lines or evidence.is_running(scope.code, starter):
        return
    reader, loop = scope.caller.lines[0]
    if not sites.is_users(reader) or generators.is_generator(reader):
        return
    if not generators.is_loop(reader, loop):
        return
    frame: FrameType | None = starter
    while frame is not None and id(frame) != scope.caller.frame_id:
        frame = frame.f_back
    if frame is not None and not generators.is_left(reader, loop, frame.f_lasti):
        return
    read = Step(Role.READ, Place(reader, loop), None)
    misuse = Misuse(
        current.spot(parent), (*evidence.opening(scope), read), evidence.generator_of(scope)
    )
    _report(Fault.LEFT_GENERATOR, _ATTACH, misuse.steps[0], misuse, scope, orphan=span)


def process_ends() -> None:
    """Decide about the scopes under whose ended span others have started."""
    for key in tuple(_suspects):
        _never_detached(key)


def _tokens_gone() -> None:
    """The same for those whose token is gone: another one has its id."""
    for key in [key for key in _suspects if key not in runtime.suspected]:  # it was detached
        del _suspects[key]
    for key, fields in tuple(runtime.suspected.items()):
        if runtime.opened.get(key) is not fields:
            _never_detached(key)


def _never_detached(key: int) -> None:
    fields = runtime.suspected.pop(key, None)
    root, misuse = _suspects.pop(key)
    if fields is not None and known.reason(fields[0]) is None:
        recorder.found(judge.scope_misuse(Fault.NEVER_DETACHED, root, misuse))


def never_ended(context: Any, name: str, site: Site) -> None:
    """The span *name*, started at *site*, was collected without a call of its end()."""
    here = current.spot(None)
    loss = Crossing(0, "span", Kind.ITEM, here, site)
    span = here._replace(context=context, name=name)
    root = Root(context, name, site, loss, None, here)
    recorder.found(judge.scope_misuse(Fault.NEVER_ENDED, root, Misuse(span, ())))


def _if_seen(step: Step | None) -> tuple[Step, ...]:
    return () if step is None else (step,)


def _root(boundary: str, main: Step, misuse: Misuse, orphan: Span | None) -> Root:
    """The flagged span, *orphan* or else that of the scope, and the line that is to blame."""
    here = current.spot(None)
    site = Site(main.place, None, None)
    loss = Crossing(0, boundary, Kind.ITEM, here, site)
    if orphan is None:
        span = misuse.span
        return Root(span.context, span.name or "", site, loss, None, here)
    started = sites.find(3, through_sdk=True) or site
    context = orphan.get_span_context()
    return Root(context, orphan.name, started, loss, None, here, misuse.span)


def _report(
    fault: Fault,
    boundary: str,
    main: Step,
    misuse: Misuse,
    *scopes: Scope | None,
    orphan: Span | None = None,
    tolerated: bool = False,
) -> None:
    for scope in scopes:
        reason = None if scope is None else known.reason(scope.code)
        if reason is not None:
            if recorder.verbose:
                file, line, _ = main.place.as_tuple()
                recorder.noticed(f"{fault.value} at {file}:{line} is known: {reason}", "debug")
            return
    root = _root(boundary, main, misuse, orphan)
    recorder.found(judge.scope_misuse(fault, root, misuse, tolerated=tolerated))


def forget() -> None:
    """Drop what is pending, for uninstall and in a forked child."""
    _early.clear()
    _returned.clear()
    _ended_here.clear()
    _suspects.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forget)
