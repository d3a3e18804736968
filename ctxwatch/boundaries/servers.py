"""Servers and their connections, which nobody hands over: they inherit.

A server runs its callbacks in the context in which it was started, and a
connection in that in which it was last told to go on reading. Where that is a
span's, every later request is its child. Nothing is judged at the start: the
crossing is kept until a span takes the inherited one for its parent after that
has ended (`ctxwatch.inheritance`).

Seen where they start: asyncio's `Server.__init__`, which runs in the program's
own ``await``; `uvloop.Loop.create_server` and `create_unix_server`; a thread
whose target is a `socketserver` server's ``serve_forever`` (in
boundaries/threads.py). Seen where they go on reading: `resume_reading` of
asyncio's selector transports, when it registers the socket anew, and
`_read_ready`, which is what then runs in that context.

Skipped: servers of the Windows proactor, whose reads are no callbacks of the
loop, and uvloop's transports, which keep the context that they were made in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctxwatch import crossings, current, inheritance, patching
from ctxwatch.guard import Probe
from ctxwatch.model import Kind
from ctxwatch.sites import NO_CALLS, Calls

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

_KEY = "_ctxwatch_crossing"
_CALLS = Calls(
    {
        ("asyncio/streams.py", "start_server"): "asyncio.start_server",
        ("asyncio/streams.py", "start_unix_server"): "asyncio.start_unix_server",
        ("asyncio/base_events.py", "create_server"): "loop.create_server",
        ("asyncio/unix_events.py", "create_unix_server"): "loop.create_unix_server",
    }
)

_server = Probe("asyncio.Server")
_resume = Probe("transport.resume_reading")
_read = Probe("transport._read_ready")


def _started(boundary: str) -> None:
    if current.span_here() is None:
        return
    crossing = crossings.depart(Kind.SERVER, boundary, _CALLS, depth=2)
    if crossing is not None:
        inheritance.server_started(crossing)


def _patch_start(boundary: str) -> Callable[..., Any]:
    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def start_server(self: Any, *args: Any, **kwargs: Any) -> Any:
            if _server.on:
                try:
                    _started(boundary)
                except Exception:
                    _server.failed()
            return original(self, *args, **kwargs)

        return start_server

    return make


def _patch_resume_reading(original: Callable[..., None]) -> Callable[..., None]:
    def resume_reading(self: Any) -> None:
        if _resume.on:
            try:
                own = vars(self)
                if own.get("_paused") and not own.get("_closing"):
                    own.pop(_KEY, None)
                    if current.span_here() is not None:
                        own[_KEY] = crossings.depart(
                            Kind.SERVER,
                            "transport.resume_reading",
                            NO_CALLS,
                            variant=inheritance.CONNECTION,
                        )
            except Exception:
                _resume.failed()
        original(self)

    return resume_reading


def _patch_read_ready(original: Callable[..., None]) -> Callable[..., None]:
    def _read_ready(self: Any) -> None:
        crossing = vars(self).get(_KEY) if _read.on else None
        if crossing is None:
            original(self)
            return
        before = inheritance.enter_connection(crossing)
        try:
            original(self)
        finally:
            inheritance.leave_connection(before)

    return _read_ready


def _install_server(module: ModuleType) -> None:
    patching.patch(module.Server, "__init__", _patch_start("loop.create_server"))


def _install_transports(module: ModuleType) -> None:
    transport = module._SelectorSocketTransport
    patching.patch(transport, "resume_reading", _patch_resume_reading)
    patching.patch(transport, "_read_ready", _patch_read_ready)


def _install_uvloop(module: ModuleType) -> None:
    patching.patch(module.Loop, "create_server", _patch_start("loop.create_server"))
    unix = _patch_start("loop.create_unix_server")
    patching.patch(module.Loop, "create_unix_server", unix)


PROBES = {
    "asyncio.base_events": _install_server,
    "asyncio.selector_events": _install_transports,
    "uvloop": _install_uvloop,
}
