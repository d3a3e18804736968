"""Programs that are started as processes of their own: `subprocess` and asyncio's.

Handed over: a command. Origin: `Popen.__init__`, which `subprocess.run` and the
others call, and asyncio's ``create_subprocess_exec`` as well. Arrival, where the
child is watched too: its start, in `arrive`. Its unit is the whole program.

What crosses is a variable in the child's environment, which a copy of ``env=``
gets, or of ``os.environ``; the program's own stay as they are. The child takes
it out again when it begins to use OpenTelemetry.

A carrier in the child's environment (``TRACEPARENT``) that names the origin's
trace counts as kept: to read it is up to the child.

Skipped: children that are not watched, as their environment does not switch
ctxwatch on; `os.system`, `os.posix_spawn` and ``exec``; uvloop's subprocesses,
which it starts from C. After `os.fork` the child goes on with the parent's
context, so nothing is lost there.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from ctxwatch import crossings, current, lineage, patching
from ctxwatch.boundaries.packing import pack, unpack
from ctxwatch.guard import Probe
from ctxwatch.model import Crossing, Kind
from ctxwatch.sites import NO_CALLS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

#: No setting, whose names begin with CTXWATCH.
VARIABLE = "_CTXWATCH_HANDED_OVER"
_CARRIERS = ("TRACEPARENT", "traceparent")
_OFF = ("", "0", "false", "no", "off")

#: Where `env` stands among the arguments of Popen, after self.
_ENV = 10

_popen = Probe("subprocess.Popen")
_child = Probe("start of a subprocess")

_arrived: tuple[Crossing, Crossing | None] | None = None


def _patch_popen_init(original: Callable[..., None]) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - shown in tracebacks under this name
        if _popen.on:
            try:
                args, kwargs = _handed_over(args, kwargs)
            except Exception:
                _popen.failed()
        original(self, *args, **kwargs)

    return __init__


def _handed_over(
    args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    given = args[_ENV] if len(args) > _ENV else kwargs.get("env")
    environ: Mapping[Any, Any] = os.environ if given is None else given
    if str(environ.get("CTXWATCH", "")).strip().lower() in _OFF:
        return args, kwargs
    if current.span_here() is None and lineage.here() is None:
        return args, kwargs
    crossing = crossings.depart(Kind.PROCESS, "subprocess.Popen", NO_CALLS, depth=2)
    if crossing is None:
        return args, kwargs
    environ = {**environ, VARIABLE: json.dumps(pack(crossing))}
    if len(args) > _ENV:
        return (*args[:_ENV], environ, *args[_ENV + 1 :]), kwargs
    return args, {**kwargs, "env": environ}


def arrive() -> None:
    """This process begins to be watched: was it handed over by one that is?"""
    global _arrived  # noqa: PLW0603 - one start a process
    packed = os.environ.pop(VARIABLE, None)
    if packed is None:
        return
    try:
        crossing = unpack(tuple(json.loads(packed)))
        origin = crossing.origin.context
        if origin is not None and any(
            f"{origin.trace_id:032x}" in os.environ.get(name, "") for name in _CARRIERS
        ):
            return
        crossings.arrive(crossing, current.span_here())
        _arrived = crossing, crossings.begin(crossing)
    except Exception:
        _child.failed()


def leave() -> None:
    """This process is about to end."""
    global _arrived
    if _arrived is None:
        return
    ended, _arrived = _arrived, None
    try:
        if ended[0].arrival is not None and ended[0].arrival.pid == os.getpid():
            crossings.finish(*ended)
    except Exception:
        _child.failed()


def _install(module: ModuleType) -> None:
    patching.patch(module.Popen, "__init__", _patch_popen_init)


PROBES = {"subprocess": _install}
