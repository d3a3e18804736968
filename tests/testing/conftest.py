"""How a suite of tests is run: by pytest, in a process and a directory of its own."""

from __future__ import annotations

from importlib import metadata

import pytest
from suites import SHOP, Run
from support import HANG

#: Where ctxwatch is on the path without being installed, pytest has to be told of the plugin.
INSTALLED = "ctxwatch" in metadata.entry_points(group="pytest11").names
PLUGIN = () if INSTALLED else ("-p", "ctxwatch.testing.plugin")


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a suite, to which the module ``shop`` is there to be tested."""
    for name in ("CTXWATCH", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CTXWATCH_STRICT", "1")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    pytester.makepyfile(shop=SHOP)
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")

    def run_suite(tests: str, *args: str, conftest: str = "") -> pytest.RunResult:
        pytester.makepyfile(test_shop=tests)
        pytester.makeconftest(conftest)
        return pytester.runpytest_subprocess(*PLUGIN, *args, timeout=HANG)

    return run_suite
