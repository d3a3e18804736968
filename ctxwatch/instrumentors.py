"""Applying OpenTelemetry's threading and asyncio instrumentors, without getting in anybody's way.

The program, or opentelemetry-instrument, may have applied them already or may
do so later. Whoever comes later with ``instrument()`` gets what they asked for:
ours is taken off first, so that their options count and no "already
instrumented" warning is written.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING, Any

from ctxwatch import patching
from ctxwatch.guard import Probe

if TYPE_CHECKING:
    from collections.abc import Callable

_CLASSES = {"threading": "ThreadingInstrumentor", "asyncio": "AsyncioInstrumentor"}

_probe = Probe("instrumentors")
_wanted: tuple[str, ...] = ()
_applied: dict[type, Any] = {}
_patched = False
_waiting_for_auto_instrumentation = False
_applying = False


def want(names: tuple[str, ...]) -> None:
    """Say which instrumentors are to be applied when the program uses the SDK."""
    global _wanted  # noqa: PLW0603 - one agent a process
    _wanted = names


def expect_auto_instrumentation() -> None:
    """opentelemetry-instrument is at work and applies instrumentors itself: wait for it."""
    global _waiting_for_auto_instrumentation  # noqa: PLW0603 - one agent a process
    _waiting_for_auto_instrumentation = True


def auto_instrumentation_done() -> None:
    """opentelemetry-instrument has finished: apply what it left out."""
    global _waiting_for_auto_instrumentation  # noqa: PLW0603 - one agent a process
    _waiting_for_auto_instrumentation = False
    apply()


def apply() -> None:
    """Apply the wanted instrumentors that nobody has applied yet."""
    global _applying  # noqa: PLW0603 - tells our own call of instrument() from the program's
    if _waiting_for_auto_instrumentation or _auto_instrumentation_is_loading() or not _wanted:
        return
    disabled = os.environ.get("OTEL_PYTHON_DISABLED_INSTRUMENTATIONS", "").replace(" ", "")
    skip = set(disabled.split(","))
    for name in _wanted:
        if name in skip or "*" in skip:
            continue
        try:
            module = importlib.import_module(f"opentelemetry.instrumentation.{name}")
            cls = getattr(module, _CLASSES[name])
            instrumentor = cls()
            if instrumentor.is_instrumented_by_opentelemetry:
                continue
            _applying = True
            instrumentor.instrument(skip_dep_check=True)
            _applied[cls] = instrumentor
        except Exception:
            _probe.failed()
        finally:
            _applying = False
    if _applied:
        _patch_instrument()


def _auto_instrumentation_is_loading() -> bool:
    """Whether the SDK was imported by opentelemetry-instrument, before it applies its own."""
    loader = sys.modules.get("opentelemetry.instrumentation.auto_instrumentation")
    if loader is None:
        return False
    frame = sys._getframe()
    code = loader._initialize.__code__ if hasattr(loader, "_initialize") else None
    above = frame.f_back
    while above is not None:
        if above.f_code is code or above.f_code is loader.initialize.__code__:
            return True
        above = above.f_back
    return False


def _patch_instrument() -> None:
    global _patched  # noqa: PLW0603 - one agent a process
    if _patched:
        return
    _patched = True
    base = importlib.import_module("opentelemetry.instrumentation.instrumentor").BaseInstrumentor
    patching.patch(base, "instrument", _patch_base_instrument)


def _patch_base_instrument(original: Callable[..., Any]) -> Callable[..., Any]:
    def instrument(self: Any, **kwargs: Any) -> Any:
        if not _applying:
            ours = _applied.pop(type(self), None)
            if ours is not None and self.is_instrumented_by_opentelemetry:
                try:
                    ours.uninstrument()
                except Exception:
                    _probe.failed()
        return original(self, **kwargs)

    return instrument


def remove() -> None:
    """Take off the instrumentors that are still ours, for uninstall."""
    global _patched  # noqa: PLW0603 - one agent a process
    for instrumentor in _applied.values():
        if instrumentor.is_instrumented_by_opentelemetry:
            instrumentor.uninstrument()
    _applied.clear()
    _patched = False
