"""The pytest plugin: ``pytest --ctxwatch``, two markers, and the fixture `ctxwatch`.

pytest loads this module in every run of an environment with ctxwatch in it. It
imports nothing of OpenTelemetry, and does nothing, until it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from ctxwatch.testing.recording import Recording
    from ctxwatch.testing.scopes import Scope
    from ctxwatch.testing.watch import Watch

    _Location = tuple[str, int | None, str]

_NO_LOST = (
    "no_lost_context(wait=1.0): fail this test if a trace loses its context in it, as --ctxwatch "
    "does for all; wait is how many seconds to wait for work that it handed over"
)
_ALLOW_LOST = (
    "allow_lost_context(reason, code='*', site='*:*'): let this test pass with such findings; "
    "code is a glob, site is 'file:function' or 'file:line'"
)

#: What the findings of a test that failed by itself are called in its report.
_SECTION = "ctxwatch"
_LATE = "ctxwatch_late"

_watch_key: pytest.StashKey[Watch] = pytest.StashKey()
_scope_key: pytest.StashKey[Scope] = pytest.StashKey()
#: The scopes of tests that are over, each with the test's node id and location.
_over_key: pytest.StashKey[list[tuple[Scope, str, _Location]]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--ctxwatch``."""
    parser.getgroup("ctxwatch", "OpenTelemetry context propagation").addoption(
        "--ctxwatch",
        action="store_true",
        help="fail every test in which a trace loses its context",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Begin before the first import of what is tested."""
    if early_config.known_args_namespace.ctxwatch:
        _switch_on(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, and begin now if a conftest.py has loaded this plugin."""
    config.addinivalue_line("markers", _NO_LOST)
    config.addinivalue_line("markers", _ALLOW_LOST)
    config.stash[_over_key] = []
    if config.getoption("ctxwatch") and _watch_key not in config.stash:
        _switch_on(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the process as it was."""
    watch = config.stash.get(_watch_key, None)
    if watch is not None:
        watch.release()


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say whether tests are watched, if that was asked for."""
    if not config.getoption("ctxwatch"):
        return None
    return "ctxwatch: on" if _watch_key in config.stash else "ctxwatch: off, as CTXWATCH=0 says"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse markers that cannot be understood."""
    for item in items:
        _check(item)


def _check(item: pytest.Item) -> None:
    try:
        _allowances(item)
        _wait(item)
    except (TypeError, ValueError) as error:
        raise pytest.UsageError(f"{item.nodeid}: marker of ctxwatch: {error}") from None


def _switch_on(config: pytest.Config) -> None:
    from ctxwatch.testing.watch import watch

    if watch.acquire():
        config.stash[_watch_key] = watch
    else:
        watch.release()


def _allowances(item: pytest.Item) -> list[Any]:
    from ctxwatch.testing.allowances import allow

    return [
        allow(*marker.args, **marker.kwargs) for marker in item.iter_markers("allow_lost_context")
    ]


def _wait(item: pytest.Item) -> float:
    marker = item.get_closest_marker("no_lost_context")
    return _seconds(*marker.args, **marker.kwargs) if marker is not None else _seconds()


def _seconds(*, wait: float = 1.0) -> float:
    return float(wait)


def _has_to_keep(item: pytest.Item) -> bool:
    """Whether *item* fails with what is found in it."""
    return (
        item.config.getoption("ctxwatch") or item.get_closest_marker("no_lost_context") is not None
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Watch *item* from the set-up of its fixtures to the end of their tear-down."""
    __tracebackhide__ = True
    if not (_has_to_keep(item) or "ctxwatch" in getattr(item, "fixturenames", ())):
        return (yield)
    if not item.config.getoption("ctxwatch"):
        _switch_on(item.config)
    watch = item.config.stash.get(_watch_key, None)
    if watch is None:
        return (yield)
    scope = item.stash[_scope_key] = watch.open(_allowances(item))
    try:
        return (yield)
    finally:
        del item.stash[_scope_key]
        watch.close(scope)
        scope.forget()
        if item.config.getoption("ctxwatch"):
            item.config.stash[_over_key].append((scope, item.nodeid, item.location))
        else:
            del item.config.stash[_watch_key]
            watch.release()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """What a fixture of several tests starts belongs to none of them."""
    __tracebackhide__ = True
    watch = request.config.stash.get(_watch_key, None)
    if watch is None or fixturedef.scope == "function":
        return (yield)
    with watch.paused():
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail *item* with what was found, or add that to its own failure."""
    __tracebackhide__ = True
    try:
        result = yield
    except (KeyboardInterrupt, pytest.exit.Exception):
        raise
    except BaseException:
        _add_to_report(item)
        raise
    if getattr(item, "_excinfo", None):  # unittest's failures are kept there, and not raised
        _add_to_report(item)
    else:
        _fail(item, _wait(item))
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail the tear-down of *item* with what was found since."""
    __tracebackhide__ = True
    result = yield
    _fail(item, 0)
    return result


def _add_to_report(item: pytest.Item) -> None:
    text = _found(item, 0)
    if text:
        item.add_report_section("call", _SECTION, text)


def _fail(item: pytest.Item, wait: float) -> None:
    text = _found(item, wait)
    if text:
        pytest.fail(text, pytrace=False)


def _found(item: pytest.Item, wait: float) -> str:
    """What was found in *item* and is not told yet, after *wait* seconds at most; empty if none."""
    scope = item.stash.get(_scope_key, None)
    if scope is None or not _has_to_keep(item):
        return ""
    from ctxwatch.testing.failures import render

    item.config.stash[_watch_key].settle(wait, scope)
    return render(scope.take_findings())


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, Any, Any]:
    """Report what was found in tests that were over, each under its own name."""
    try:
        return (yield)
    finally:
        reports = _late_reports(session.config)
        output = getattr(session.config, "workeroutput", None)
        if output is None:
            _report(session.config, reports)
        else:  # a worker of pytest-xdist may report on no other test than its current one
            to_data = session.config.hook.pytest_report_to_serializable
            output[_LATE] = [to_data(config=session.config, report=report) for report in reports]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Report what a worker of pytest-xdist found late."""
    from_data = node.config.hook.pytest_report_from_serializable
    late = getattr(node, "workeroutput", {}).get(_LATE, ())
    _report(node.config, [from_data(config=node.config, data=data) for data in late])


def _late_reports(config: pytest.Config) -> list[pytest.TestReport]:
    watch = config.stash.get(_watch_key, None)
    if watch is None:
        return []
    from ctxwatch.testing.failures import render
    from ctxwatch.testing.watch import WAIT

    watch.settle(WAIT, *(scope for scope, _, _ in config.stash[_over_key]))
    watch.conclude()
    reports = []
    for scope, nodeid, location in config.stash[_over_key]:
        text = render(scope.take_findings())
        if text:
            text = f"{text}\n\nThis came up after the test was over."
            reports.append(pytest.TestReport(nodeid, location, {}, "failed", text, "teardown"))
    return reports


def _report(config: pytest.Config, reports: list[pytest.TestReport]) -> None:
    for report in reports:
        config.hook.pytest_runtest_logreport(report=report)


@pytest.fixture
def ctxwatch(request: pytest.FixtureRequest) -> Recording:
    """The spans and hand-offs of the test, with assertions on them."""
    scope = request.node.stash.get(_scope_key, None)
    if scope is None:
        pytest.skip("CTXWATCH=0 switches ctxwatch off")
    from ctxwatch.testing.recording import Recording

    return Recording(scope, _wait(request.node))
