"""What is compared: the same program bare, with what people use today, and with ctxwatch."""

from __future__ import annotations

import gc
import logging
import os
import time
from typing import TYPE_CHECKING, NamedTuple

import wrappers

if TYPE_CHECKING:
    from pathlib import Path

    from environments import Pythons
    from opentelemetry.sdk.trace import TracerProvider


class Variant(NamedTuple):
    """One way to run a program. Everything that is not said is as in the bare one."""

    label: str
    #: CTXWATCH_... settings; None where ctxwatch is not even installed.
    settings: dict[str, str] | None = None
    by_hand: bool = False
    #: Whether the program applies OpenTelemetry's two instrumentors.
    instrumentors: bool = False
    meter: bool = False
    #: Whether functions that do nothing stand where ctxwatch patches.
    wrapped: bool = False
    off: bool = False

    def python(self, pythons: Pythons) -> str:
        """The interpreter that runs it."""
        return pythons.bare if self.settings is None else pythons.watched

    def environ(self, directory: Path) -> dict[str, str]:
        """The environment of its process, which may write in *directory*."""
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CTXWATCH", "OTEL_", "PYTHON"))
        }
        if not self.settings:
            return clean
        files = {
            "CTXWATCH_LOG_FILE": str(directory / LOG),
            "CTXWATCH_CONTROL_FILE": str(directory / CONTROL),
        }
        return clean | files | self.settings


LOG = "log"
CONTROL = "control"
_ON = {"CTXWATCH": "1", "CTXWATCH_INSTRUMENTORS": "none"}

VARIANTS = {
    "bare": Variant("bare"),
    "wrapped": Variant("a function that does nothing, at the same places", wrapped=True),
    "by_hand": Variant("by hand: one logging line a side, to a file", by_hand=True),
    "instrumentors": Variant("the two instrumentors", instrumentors=True),
    "metered": Variant(
        "the two instrumentors, with a MeterProvider", instrumentors=True, meter=True
    ),
    "pth": Variant("ctxwatch installed, not switched on", {}),
    "off": Variant("ctxwatch, switched off live", _ON, off=True),
    "none": Variant("ctxwatch, without the instrumentors", _ON),
    "both": Variant("ctxwatch, with the two instrumentors", {"CTXWATCH": "1"}),
    "debug": Variant(
        "ctxwatch at debug, without the instrumentors", _ON | {"CTXWATCH_LOG_LEVEL": "debug"}
    ),
}


def set_up(variant: Variant, directory: Path) -> TracerProvider:
    """Make the running process that variant, as a program does at its start."""
    from opentelemetry import metrics, trace
    from opentelemetry.sdk.trace import TracerProvider

    provider = TracerProvider()
    trace.set_tracer_provider(provider)
    if variant.meter:
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import InMemoryMetricReader

        metrics.set_meter_provider(MeterProvider([InMemoryMetricReader()]))
    if variant.instrumentors:
        from opentelemetry.instrumentation.asyncio import AsyncioInstrumentor
        from opentelemetry.instrumentation.threading import ThreadingInstrumentor

        ThreadingInstrumentor().instrument()
        AsyncioInstrumentor().instrument()
    if variant.by_hand:
        logging.basicConfig(
            filename=directory / LOG,
            level=logging.INFO,
            format="%(asctime)s %(levelname)s %(message)s",
        )
    if variant.wrapped:
        wrappers.patch()
    if variant.off:
        _switch_off(directory / CONTROL)
    return provider


def _switch_off(control: Path) -> None:
    from ctxwatch import agent

    control.write_text("off", "utf-8")
    while agent.status()["patched"]:  # the file is looked at after a collection
        gc.collect()
        time.sleep(0.01)
