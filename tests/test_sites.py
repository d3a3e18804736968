"""Whose line it was: the user's, found from every kind of code that can stand in between."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib
import importlib.util
import os
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest

from ctxwatch import sites
from ctxwatch.model import Place, Site

HERE = __file__


def hand_over(*_args: object) -> Site | None:
    """Stand for a patched function: its caller is the first who can be the user."""
    return sites.find(1)


def line() -> int:
    """Return the line of the caller, as the interpreter itself says."""
    return sys._getframe(1).f_lineno


def load(path: Path, code: str) -> ModuleType:
    """Write *code* to *path* and import it from there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


#: A package that hands over for its users in every way this file tries.
PACKAGE = """\
def send(hand_over):
    return hand_over()  # line 2

async def send_async(hand_over):
    return hand_over()  # line 5

def each(hand_over):
    while True:
        yield hand_over()  # line 9

def decorate(function):
    def wrapper(*args):
        return function(*args)
    return wrapper
"""


@pytest.fixture(params=["site-packages", "dist-packages"])
def library(request: pytest.FixtureRequest, tmp_path: Path) -> ModuleType:
    """The package, installed where packages are."""
    return load(tmp_path / "lib" / request.param / "acme" / "client.py", PACKAGE)


def place_of(site: Site | None) -> tuple[str, int, str]:
    """Return the site's own place, of a site that names no library."""
    assert site is not None
    assert site.library is None
    return site.place.as_tuple()


def qualified(function: Callable[..., Any], name: str) -> str:
    """Return what the interpreter calls *function* on a frame: its plain *name* before 3.11."""
    return function.__qualname__ if sys.version_info >= (3, 11) else name


def test_a_function_of_the_user_s() -> None:
    site, here = hand_over(), line()
    assert place_of(site) == (HERE, here, "test_a_function_of_the_user_s")


def test_a_method_has_its_class_in_its_name_where_python_knows_it() -> None:
    class Shop:
        def order(self) -> Site | None:
            return hand_over()

    assert place_of(Shop().order())[2] == qualified(Shop.order, "order")


def test_a_lambda() -> None:
    function = lambda: hand_over()  # noqa: E731, PLW0108
    here = line() - 1
    assert place_of(function()) == (HERE, here, qualified(function, "<lambda>"))


def test_a_generator_is_its_own_line_not_its_reader_s() -> None:
    def orders() -> Iterator[Site | None]:
        yield hand_over()

    here = line() - 2
    assert place_of(next(orders())) == (HERE, here, qualified(orders, "orders"))


def test_a_decorated_function_is_named_not_its_decorator(library: ModuleType) -> None:
    def logged(function: Callable[[], Any]) -> Callable[[], Any]:
        @functools.wraps(function)
        def wrapper() -> Any:
            return function()

        return wrapper

    @logged
    @library.decorate
    def order() -> Site | None:
        return hand_over()

    here = line() - 2
    site = order()
    file, found, _ = place_of(site)
    assert (file, found) == (HERE, here)


def test_a_decorated_hand_off_is_where_it_is_called(library: ModuleType) -> None:
    """The library's line stands between, so it is named beside the user's."""
    site, here = library.decorate(hand_over)(), line()
    assert site.place.as_tuple()[:2] == (HERE, here)
    assert (site.library.file, site.library.line) == (library.__file__, 13)


def test_executed_code_has_the_name_that_it_was_compiled_under() -> None:
    names = {"hand_over": hand_over}
    exec(compile("\n\nsite = hand_over()", "<formula 7>", "exec"), names)
    assert place_of(names["site"]) == ("<formula 7>", 3, "<module>")


def test_a_zipapp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are the user's, though they are no files."""
    archive = tmp_path / "app.pyz"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("zipped_shop.py", "def order(hand_over):\n    return hand_over()\n")
    monkeypatch.syspath_prepend(str(archive))
    module = importlib.import_module("zipped_shop")
    monkeypatch.delitem(sys.modules, "zipped_shop")
    assert place_of(module.order(hand_over)) == (str(archive / "zipped_shop.py"), 2, "order")


def test_a_library_s_line_stands_beside_the_user_s(library: ModuleType) -> None:
    site, here = library.send(hand_over), line()
    assert site.place.as_tuple() == (
        HERE,
        here,
        "test_a_library_s_line_stands_beside_the_user_s",
    )
    assert site.library.as_tuple() == (library.__file__, 2, "send")


def test_a_library_behind_a_library(library: ModuleType, tmp_path: Path) -> None:
    """The first one made the hand-off; the application's line is above them all."""
    outer = load(tmp_path / "site-packages" / "outer.py", "def go(f, *a):\n    return f(*a)\n")
    site, here = outer.go(library.send, hand_over), line()
    assert site.place.as_tuple()[:2] == (HERE, here)
    assert site.library.as_tuple() == (library.__file__, 2, "send")


def test_a_library_s_generator_read_by_the_user(library: ModuleType) -> None:
    site, here = next(library.each(hand_over)), line()
    assert site.place.as_tuple()[:2] == (HERE, here)
    assert site.library.as_tuple() == (library.__file__, 9, "each")


def test_a_library_alone_in_its_thread_is_named_itself(library: ModuleType) -> None:
    """Whoever started the thread is above another bottom: not on this stack."""
    seen: list[Site | None] = []

    def patched() -> None:
        seen.append(sites.find(1))

    thread = threading.Thread(target=library.send, args=(patched,))
    thread.start()
    thread.join()
    assert place_of(seen[0]) == (library.__file__, 2, "send")


def test_a_coroutine_that_the_user_awaits(library: ModuleType) -> None:
    async def order() -> Site | None:
        return hand_over()

    async def order_from_library() -> tuple[Site, int]:
        return await library.send_async(hand_over), line()

    here = line() - 5
    assert place_of(asyncio.run(order())) == (HERE, here, qualified(order, "order"))
    site, here = asyncio.run(order_from_library())
    assert site.place.as_tuple()[:2] == (HERE, here)
    assert site.library is not None
    assert site.library.as_tuple() == (library.__file__, 5, "send_async")


def test_a_coroutine_that_the_loop_steps_belongs_to_nobody_above(library: ModuleType) -> None:
    """Neither `asyncio.run` nor the line that made the task is where it was handed over."""

    async def main() -> Site:
        return await asyncio.create_task(library.send_async(hand_over))

    assert place_of(asyncio.run(main())) == (library.__file__, 5, "send_async")


def test_who_steps_a_coroutine_is_a_loop_and_not_its_caller(library: ModuleType) -> None:
    """Also where it has a frame right above: an eager task's maker, a loop in Python."""
    coroutine = library.send_async(hand_over)
    with pytest.raises(StopIteration) as ended:
        coroutine.send(None)
    assert place_of(ended.value.value) == (library.__file__, 5, "send_async")


def test_a_callback_of_the_loop_belongs_to_nobody_above(library: ModuleType) -> None:
    """`asyncio.run` stands on the same stack, but handed nothing over."""
    seen: list[Site | None] = []

    async def main() -> None:
        done = asyncio.Event()

        def patched() -> None:
            seen.append(sites.find(1))
            done.set()

        asyncio.get_running_loop().call_soon(library.send, patched)
        await done.wait()

    asyncio.run(main())
    assert place_of(seen[0]) == (library.__file__, 2, "send")


class Recording(Executor):
    """An executor whose `submit` stands for a patched function under `Executor.map`."""

    calls = sites.Calls({("concurrent/futures/_base.py", "map"): "ThreadPoolExecutor.map"})

    def __init__(self) -> None:
        self.sites: list[Site | None] = []

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.sites.append(sites.find(1, self.calls))
        done: Future[Any] = Future()
        done.set_result(function(*args, **kwargs))
        return done


def test_the_standard_library_is_passed_over_and_gives_the_boundary_its_name() -> None:
    executor = Recording()
    assert list(executor.map(abs, [-1, -2])) == [1, 2]
    here = line() - 1
    assert [site and site.via for site in executor.sites] == ["ThreadPoolExecutor.map"] * 2
    for site in executor.sites:
        assert place_of(site)[:2] == (HERE, here)


def test_a_call_that_goes_through_none_of_them_has_no_other_name() -> None:
    executor = Recording()
    executor.submit(abs, -1)
    (site,) = executor.sites
    assert site is not None
    assert site.via is None


def test_a_context_manager_of_the_standard_library() -> None:
    with contextlib.ExitStack() as stack:
        seen: list[Site | None] = []
        stack.callback(Recorder(seen))
    here = line() - 3
    assert place_of(seen[0])[:2] == (HERE, here)


class Recorder:
    """A callable that stands for a patched function: the frame above it is its caller's."""

    def __init__(self, seen: list[Site | None]) -> None:
        self.seen = seen

    def __call__(self) -> None:
        self.seen.append(sites.find(1))


@pytest.mark.parametrize("package", ["sdk/trace/export.py", "exporter/otlp/client.py"])
def test_opentelemetry_s_own_work_has_no_site(tmp_path: Path, package: str) -> None:
    module = load(tmp_path / "site-packages" / "opentelemetry" / package, PACKAGE)
    assert module.send(hand_over) is None


def test_the_sdk_is_passed_over_where_asked(tmp_path: Path) -> None:
    """A span's own start goes through the SDK."""
    path = tmp_path / "site-packages" / "opentelemetry" / "sdk" / "trace.py"
    site, here = load(path, PACKAGE).send(lambda: sites.find(1, through_sdk=True)), line()
    assert place_of(site)[:2] == (HERE, here)


@pytest.mark.parametrize("package", ["opentelemetry/instrumentation/x.py", "wrapt/w.py"])
def test_packages_that_only_stand_between_are_passed_over(tmp_path: Path, package: str) -> None:
    module = load(tmp_path / "site-packages" / package, PACKAGE)
    site, here = module.send(hand_over), line()
    assert place_of(site)[:2] == (HERE, here)


def test_an_application_that_calls_itself_opentelemetry_is_an_application(tmp_path: Path) -> None:
    """Only what is installed is OpenTelemetry's."""
    module = load(tmp_path / "src" / "opentelemetry" / "sdk" / "shop.py", PACKAGE)
    assert place_of(module.send(hand_over)) == (module.__file__, 2, "send")


def test_a_package_inside_the_standard_library_s_directory_is_a_library() -> None:
    """Where site-packages is, outside of virtual environments."""
    path = os.path.join(os.path.dirname(os.__file__), "site-packages", "acme", "client.py")
    names: dict[str, Any] = {}
    exec(compile(PACKAGE, path, "exec"), names)
    site, here = names["send"](hand_over), line()
    assert site.place.as_tuple()[:2] == (HERE, here)
    assert site.library.as_tuple() == (path, 2, "send")


def both(frame: FrameType) -> tuple[int, int]:
    """Return the line of *frame* as the interpreter says and as a place does."""
    return frame.f_lineno, Place(frame.f_code, frame.f_lasti).line


def test_a_place_has_the_line_that_the_interpreter_says() -> None:
    """Also in a statement of many lines, where each part has its own."""
    seen = []

    def look(*_args: object) -> Callable[..., Any]:
        seen.append(both(sys._getframe(1)))
        return look

    here = line()
    look(
        1,
        look(
            look(),
        ),
    )(
        look,
    )
    [look() for _ in range(2)]
    _ = {"a": look(), "b": (
        look())}  # fmt: skip
    with contextlib.nullcontext(look()):
        look()  # fmt: skip
    try:
        look()
    finally:
        look()
    assert len(seen) == 12
    assert [place for _, place in seen] == [frame for frame, _ in seen]
    assert {place - here for _, place in seen} >= {1, 3, 4, 10, 11}


def test_a_place_keeps_its_line_when_the_function_goes_on() -> None:
    frame = sys._getframe()
    place = Place(frame.f_code, frame.f_lasti)
    here = line() - 1
    assert place.line == here


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/usr/lib/python3.12/asyncio/tasks.py", "asyncio/tasks.py"),
        ("/usr/lib/python3.12/concurrent/futures/_base.py", "concurrent/futures/_base.py"),
        ("C:\\Python312\\Lib\\asyncio\\tasks.py", "asyncio/tasks.py"),
        ("C:\\Python312\\Lib\\concurrent\\futures\\thread.py", "concurrent/futures/thread.py"),
        ("/usr/lib/python3.12/multiprocessing/process.py", "multiprocessing/process.py"),
        ("/v/lib/python3.12/site-packages/uvloop/__init__.py", "uvloop/__init__.py"),
        ("/usr/lib/python3.12/threading.py", "threading.py"),
        ("<frozen runpy>", "<frozen runpy>"),
    ],
)
def test_modules_of_the_standard_library_are_told_apart(path: str, name: str) -> None:
    assert sites.stdlib_name(path) == name
