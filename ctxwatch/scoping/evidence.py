"""What is known of a scope: its lines, its unit, its span; and of the code that runs now."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from opentelemetry.trace.propagation import _SPAN_KEY

from ctxwatch import current, sites
from ctxwatch.model import Place, Role, Spot, Step
from ctxwatch.scoping import generators, runtime

if TYPE_CHECKING:
    from types import CodeType, FrameType

    from opentelemetry.context import Context

    from ctxwatch.scoping.runtime import Scope


def opening(scope: Scope) -> tuple[Step, ...]:
    """Where *scope* was opened: the user's line, and the block that called it if that was one."""
    own = Place(scope.code, scope.instruction)
    lines = () if scope.caller is None else scope.caller.lines
    above = next((Place(*line) for line in lines if sites.is_users(line[0])), None)
    unit = _unit(scope)
    if above is None or not sites.is_users(scope.code):
        return (Step(Role.ATTACHED, above or own, unit),)
    by_block = lines[0][0].co_filename == runtime.CONTEXTLIB
    return (
        Step(Role.ATTACHED, own, unit),
        *((Step(Role.BLOCK, above, None),) if by_block else ()),
    )


def _unit(scope: Scope) -> Spot:
    task = None if scope.task is None else scope.task()
    thread = sys.modules["threading"]._active.get(scope.thread_id)
    return Spot(
        None,
        None,
        None,
        scope.time_ns,
        current.pid(),
        scope.thread_id,
        None if thread is None else thread._name,
        None if task is None else task.get_name(),
    )


def span_of(scope: Scope | None) -> Spot:
    """The span that *scope* had made current, for as long as anybody has it."""
    context: Context | None = None if scope is None else scope.context()
    span: Any = None if context is None else context.get(_SPAN_KEY)
    return current.spot(span)


def generator_of(scope: Scope) -> tuple[str, str] | None:
    """The kind and the name of the generator that opened *scope*; None where none did."""
    if not generators.is_generator(scope.code):
        return None
    return generators.kind(scope.code), Place(scope.code, scope.instruction).function


def line_here(role: Role) -> Step | None:
    """The user's line that runs now."""
    site = sites.find(2, through_sdk=True)
    return None if site is None else Step(role, site.place, current.spot(None))


def held_at(scope: Scope, detached: Step | None) -> tuple[Step, ...]:
    """The ``yield`` at which a generator stood with *scope* open."""
    if not generators.is_generator(scope.code):
        return ()
    closed = detached.place if detached is not None else None
    instruction = closed.instruction if isinstance(closed, Place) else None
    place = generators.yield_place(scope.code, scope.instruction, instruction)
    return () if place is None else (Step(Role.YIELD, place, None),)


def starter() -> FrameType | None:
    """The frame of the user's that starts a span just now."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and not sites.is_users(frame.f_code):
        frame = frame.f_back
    return frame


def is_running(code: CodeType, frame: FrameType | None) -> bool:
    """Whether *code* is running in *frame*, or above it."""
    while frame is not None:
        if frame.f_code is code:
            return True
        frame = frame.f_back
    return False
