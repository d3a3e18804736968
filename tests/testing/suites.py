"""What the suites under test import: a shop that loses its context, and one that keeps it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

#: The module ``shop``.
SHOP = """\
import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
tracer = trace.get_tracer("shop")


def charge():
    with tracer.start_as_current_span("charge"):
        pass


def lose():
    with tracer.start_as_current_span("order"), ThreadPoolExecutor(1) as pool:
        pool.submit(charge).result()  # lost


def keep():
    with tracer.start_as_current_span("order"), ThreadPoolExecutor(1) as pool:
        pool.submit(contextvars.copy_context().run, charge).result()
"""

#: Where a finding of `lose` says that the context was lost.
LOST_AT = next(f"shop.py:{n}" for n, line in enumerate(SHOP.splitlines(), 1) if "# lost" in line)

#: Runs pytest on the text of a test module, with command line arguments and ``conftest=``.
Run = Callable[..., pytest.RunResult]
