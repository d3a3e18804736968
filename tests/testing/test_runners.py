"""`pytest --ctxwatch` over tests of every style: a broken one fails, its healthy twin passes."""

from __future__ import annotations

import pytest
from suites import LOST_AT, Run

FUNCTIONS = """
from shop import keep, lose

def test_broken():
    lose()

def test_healthy():
    keep()
"""

UNITTEST = """
import unittest
from shop import keep, lose

class ShopTest(unittest.TestCase):
    def test_broken(self):
        lose()

    def test_healthy(self):
        keep()
"""

UNITTEST_ASYNC = """
import asyncio
import contextvars
import unittest
from shop import charge, tracer

class ShopTest(unittest.IsolatedAsyncioTestCase):
    async def test_broken(self):
        with tracer.start_as_current_span("order"):
            await asyncio.get_running_loop().run_in_executor(None, charge)  # lost

    async def test_healthy(self):
        with tracer.start_as_current_span("order"):
            await asyncio.to_thread(charge)
"""

ASYNCIO = """
import asyncio
import pytest
from shop import charge, tracer

@pytest.mark.asyncio
async def test_broken():
    with tracer.start_as_current_span("order"):
        await asyncio.get_running_loop().run_in_executor(None, charge)  # lost

@pytest.mark.asyncio
async def test_healthy():
    with tracer.start_as_current_span("order"):
        await asyncio.to_thread(charge)
"""

#: All tests and the fixture run in one loop, whose first task is made by the healthy test.
ASYNCIO_ONE_LOOP = """
import asyncio
import pytest
import pytest_asyncio
from shop import charge, tracer

pytestmark = pytest.mark.asyncio(loop_scope="session")

@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database():
    with tracer.start_as_current_span("connect"):
        await asyncio.sleep(0)
    yield

async def test_healthy(database):
    with tracer.start_as_current_span("order"):
        await asyncio.to_thread(charge)

async def test_broken(database):
    with tracer.start_as_current_span("order"):
        await asyncio.get_running_loop().run_in_executor(None, charge)  # lost
"""

ANYIO = """
import anyio.to_thread
import pytest
from shop import charge, lose, tracer

pytestmark = pytest.mark.anyio

@pytest.fixture(scope="module", params=[{backend!r}])
def anyio_backend(request):
    return request.param

@pytest.fixture(scope="module")
async def database():
    with tracer.start_as_current_span("connect"):
        yield

async def test_healthy(database):
    with tracer.start_as_current_span("order"):
        await anyio.to_thread.run_sync(charge)

async def test_broken(database):
    lose()
"""

#: A span that is open in all tests of the suite is nobody's.
SPAN_AROUND = """
import pytest
from shop import keep, lose, tracer

@pytest.fixture(scope="session", autouse=True)
def session():
    with tracer.start_as_current_span("session"):
        yield

def test_healthy():
    keep()

def test_broken():
    lose()
"""

STYLES = {
    "functions": FUNCTIONS,
    "unittest": UNITTEST,
    "unittest async": UNITTEST_ASYNC,
    "pytest-asyncio": ASYNCIO,
    "pytest-asyncio, one loop": ASYNCIO_ONE_LOOP,
    "anyio on asyncio": ANYIO.format(backend="asyncio"),
    "anyio on trio": ANYIO.format(backend="trio"),
    "span around all": SPAN_AROUND,
}


@pytest.mark.parametrize("style", STYLES)
def test_broken_test_fails_and_shows_why(run: Run, style: str) -> None:
    tests = STYLES[style]
    result = run(tests, "--ctxwatch")
    result.assert_outcomes(passed=1, failed=1)
    own = [n for n, line in enumerate(tests.strip().splitlines(), 1) if "# lost" in line]
    place = f"test_shop.py:{own[0]}" if own else LOST_AT
    result.stdout.fnmatch_lines(
        [
            "*_ *test_broken* _*",
            "warning[[]CTX102[]]: span 'charge' lost its parent 'order' at *",
            f"*{place} in *",
            "*'charge' starts here without a parent",
            "FAILED *test_broken* span 'charge' *",
        ]
    )


@pytest.mark.parametrize("style", STYLES)
def test_nothing_fails_unless_asked_for(run: Run, style: str) -> None:
    run(STYLES[style]).assert_outcomes(passed=2)


@pytest.mark.parametrize("style", ["functions", "unittest", "pytest-asyncio", "anyio on asyncio"])
def test_on_workers_of_xdist(run: Run, style: str) -> None:
    result = run(STYLES[style], "--ctxwatch", "-n2")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*span 'charge' lost its parent 'order'*", "FAILED *test_broken*"])
