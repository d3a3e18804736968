"""A finding fails the test that caused it, whenever it comes up."""

from __future__ import annotations

import multiprocessing

import pytest
from suites import Run

#: The thread of the first test loses its context while the second one runs.
LATE = """
import threading
import pytest
from shop import charge, keep, tracer

proceed = threading.Event()
threads = []

def work():
    charge()
    proceed.wait()

@pytest.mark.no_lost_context(wait=0)
def test_cause():
    with tracer.start_as_current_span("order"):
        threads.append(threading.Thread(target=work))
        threads[0].start()

def test_bystander():
    proceed.set()
    threads[0].join()
    keep()
"""


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
def test_late_finding_is_reported_for_its_cause(run: Run, workers: str) -> None:
    result = run(LATE, "--ctxwatch", workers)
    result.assert_outcomes(passed=2, errors=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "*_ ERROR at teardown of test_cause _*",
            "warning[[]CTX101[]]: span 'charge' lost its parent 'order' at threading.Thread.start",
            "This came up after the test was over.",
            "ERROR *::test_cause - warning[[]CTX101[]]*",
        ]
    )


#: The worker of all tests takes the items of both, one of which comes without its context.
SHARED_WORKER = """
import queue
import threading
import pytest
from opentelemetry import context
from shop import charge, tracer

@pytest.fixture(scope="module")
def jobs():
    jobs = queue.Queue()

    def worker():
        while True:
            job = jobs.get()
            if job is None:
                return
            work, carried, done = job
            token = context.attach(carried) if carried is not None else None
            work()
            if token is not None:
                context.detach(token)
            done.set()

    thread = threading.Thread(target=worker)
    thread.start()
    yield jobs
    jobs.put(None)
    thread.join()

def order(jobs, carried):
    done = threading.Event()
    with tracer.start_as_current_span("order"):
        jobs.put((charge, context.get_current() if carried else None, done))
        assert done.wait(60)

def test_broken(jobs):
    order(jobs, carried=False)

def test_healthy(jobs):
    order(jobs, carried=True)
"""


def test_worker_of_all_tests(run: Run) -> None:
    """An item's loss is certain when the worker asks for the next one, at the latest then."""
    result = run(SHARED_WORKER, "--ctxwatch")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["FAILED *::test_broken - *CTX104*"])


def test_work_in_flight_is_waited_for(run: Run) -> None:
    """The job begins its span when the test function has returned."""
    tests = """
    import threading
    from concurrent.futures import ThreadPoolExecutor
    import pytest
    from shop import charge, tracer

    pool = ThreadPoolExecutor(1)
    returned = threading.Event()

    def work():
        returned.wait()
        charge()

    @pytest.mark.no_lost_context(wait=60)
    def test_cause():
        with tracer.start_as_current_span("order"):
            pool.submit(work)
    """
    conftest = """
    import pytest

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(item):
        result = yield
        item.module.returned.set()
        return result
    """
    result = run(tests, "--ctxwatch", conftest=conftest)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["FAILED *::test_cause - *CTX102*"])


def test_what_the_end_of_the_run_decides(run: Run) -> None:
    """A worker that one request started takes the item of another, and then waits for more."""
    result = run(
        """
        import asyncio
        from shop import charge, keep, tracer

        async def serve():
            jobs, done = asyncio.Queue(), asyncio.Event()

            async def worker():
                while True:
                    await jobs.get()
                    charge()
                    done.set()

            with tracer.start_as_current_span("GET /a"):
                task = asyncio.create_task(worker())
                await asyncio.sleep(0)
            with tracer.start_as_current_span("POST /b"):
                await jobs.put("mail")
                await done.wait()

        def test_cause():
            asyncio.run(serve())

        def test_healthy():
            keep()
        """,
        "--ctxwatch",
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["ERROR *::test_cause - warning*: span 'charge' belongs under *"])


def test_finding_in_the_tear_down_is_an_error_of_the_test(run: Run) -> None:
    result = run(
        """
        import pytest
        from shop import keep, lose

        @pytest.fixture
        def closing():
            yield
            lose()

        def test_cause(closing):
            keep()

        def test_healthy():
            keep()
        """,
        "--ctxwatch",
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["ERROR *::test_cause - *CTX102*"])


@pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork"
)
def test_finding_of_a_forked_process(run: Run) -> None:
    result = run(
        """
        import multiprocessing
        from shop import keep, lose

        def start(work):
            process = multiprocessing.get_context("fork").Process(target=work)
            process.start()
            process.join()
            assert process.exitcode == 0

        def test_broken():
            start(lose)

        def test_healthy():
            start(keep)
        """,
        "--ctxwatch",
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["FAILED *::test_broken - *CTX102*"])
