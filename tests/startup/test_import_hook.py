"""The import hook: who is called, when, and that the import is as without it."""

from __future__ import annotations

import importlib
import importlib.resources
import importlib.util
import pkgutil
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from ctxwatch.startup import import_hook

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def nothing_waited_for():
    """Every test starts and ends without the finder."""
    assert import_hook.pending() == []
    meta_path = list(sys.meta_path)
    yield
    import_hook.remove()
    assert sys.meta_path == meta_path


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """A directory on sys.path; what is imported from it is forgotten again."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.partition(".")[0].startswith("mod_"):
            del sys.modules[name]


def write(directory: Path, name: str, text: str = "") -> None:
    (directory / f"{name}.py").write_text(text)
    importlib.invalidate_caches()


def test_called_once_after_the_import(modules):
    write(modules, "mod_a", "value = 1")
    seen = []
    import_hook.when_imported("mod_a", lambda module: seen.append((module, module.value)))
    assert import_hook.pending() == ["mod_a"]
    module = importlib.import_module("mod_a")
    assert seen == [(module, 1)]
    importlib.reload(module)
    assert seen == [(module, 1)]
    assert import_hook.pending() == []


def test_called_at_once_for_an_imported_module():
    seen = []
    import_hook.when_imported("json", seen.append)
    assert seen == [importlib.import_module("json")]


def test_every_callback_in_order(modules):
    write(modules, "mod_a")
    seen = []
    for number in range(3):
        import_hook.when_imported("mod_a", lambda _, number=number: seen.append(number))
    importlib.import_module("mod_a")
    assert seen == [0, 1, 2]


def test_half_imported_module_is_called_when_complete(modules):
    write(
        modules,
        "mod_a",
        "import sys\n"
        "from ctxwatch.startup import import_hook\n"
        "seen = []\n"
        "import_hook.when_imported(__name__, lambda module: seen.append(module.late))\n"
        "assert seen == []\n"
        "late = 'complete'\n",
    )
    module = importlib.import_module("mod_a")
    assert module.seen == ["complete"]


def test_the_end_of_a_failing_import(modules):
    write(
        modules,
        "mod_a",
        "import sys\n"
        "from ctxwatch.startup import import_hook\n"
        "import_hook.when_import_ends(sys.modules[__name__], lambda: sys.mod_seen.append(1))\n"
        "import a_module_that_does_not_exist\n",
    )
    sys.mod_seen = []
    try:
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("mod_a")
        assert sys.mod_seen == [1]
    finally:
        del sys.mod_seen


def test_failed_import_is_waited_for_again(modules):
    write(modules, "mod_a", "raise ImportError('not yet')")
    seen = []
    import_hook.when_imported("mod_a", seen.append)
    with pytest.raises(ImportError, match="not yet"):
        importlib.import_module("mod_a")
    assert seen == []
    write(modules, "mod_a", "value = 'second time, and longer'")
    module = importlib.import_module("mod_a")
    assert seen == [module]


def test_missing_module_is_as_missing_as_ever():
    import_hook.when_imported("mod_missing", lambda _: None)
    with pytest.raises(ModuleNotFoundError, match="No module named 'mod_missing'"):
        importlib.import_module("mod_missing")


def test_failing_callback_is_dropped(modules):
    write(modules, "mod_a")
    seen = []
    import_hook.when_imported("mod_a", lambda _: 1 / 0)
    import_hook.when_imported("mod_a", seen.append)
    module = importlib.import_module("mod_a")
    assert seen == [module]


def test_failing_callback_shows_under_strict(modules, monkeypatch):
    monkeypatch.setenv("CTXWATCH_STRICT", "1")
    write(modules, "mod_a")
    import_hook.when_imported("mod_a", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        importlib.import_module("mod_a")


def test_module_looks_as_without_the_hook(modules):
    for name in ("mod_watched", "mod_plain"):
        (modules / name).mkdir()
        (modules / name / "__init__.py").write_text(
            "import pkgutil\n"
            "during = type(__loader__), __spec__.loader is __loader__\n"
            "data = pkgutil.get_data(__name__, 'data.txt')\n"
        )
        (modules / name / "data.txt").write_text("data")
    importlib.invalidate_caches()
    import_hook.when_imported("mod_watched", lambda _: None)
    import_hook.when_imported("mod_never", lambda _: None)
    watched, plain = map(importlib.import_module, ("mod_watched", "mod_plain"))
    assert watched.during == plain.during
    assert watched.data == plain.data == b"data"
    assert importlib.resources.files(watched).joinpath("data.txt").read_text() == "data"
    assert type(watched.__spec__) is type(plain.__spec__)
    assert watched.__spec__.__dict__.keys() == plain.__spec__.__dict__.keys()
    assert vars(watched).keys() == vars(plain).keys()
    assert watched.__spec__ == importlib.util.find_spec("mod_watched")
    assert [info.name for info in pkgutil.iter_modules([str(modules)])] == [
        "mod_plain",
        "mod_watched",
    ]


def test_other_finders_are_asked(monkeypatch):
    """One that generates the module, and stands where ours puts itself in front of it."""

    class Loader:
        @staticmethod
        def create_module(_):
            return None

        @staticmethod
        def exec_module(module):
            module.made_by = __name__

    class Finder:
        @staticmethod
        def find_spec(name, *_):
            if name == "mod_generated":
                return importlib.util.spec_from_loader(name, Loader)
            return None

    monkeypatch.setattr(sys, "meta_path", [Finder, *sys.meta_path])
    seen = []
    import_hook.when_imported("mod_generated", lambda module: seen.append(module.made_by))
    assert importlib.import_module("mod_generated").__loader__ is Loader
    assert seen == [__name__]


def test_finder_that_asks_again(modules, monkeypatch):
    """wrapt's finder stands in front and calls importlib.util.find_spec: ours among others."""
    asking = []

    class Asker:
        @staticmethod
        def find_spec(name, *_):
            if name != "mod_a" or name in asking:
                return None
            asking.append(name)
            return importlib.util.find_spec(name)

    write(modules, "mod_a")
    seen = []
    import_hook.when_imported("mod_a", seen.append)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "meta_path", [Asker, *sys.meta_path])
        module = importlib.import_module("mod_a")
        import_hook.remove()
    import_hook.remove()
    assert seen == [module]
    assert asking == ["mod_a"]


def test_finder_leaves_when_nothing_is_waited_for(modules):
    write(modules, "mod_a")
    write(modules, "mod_b")
    before = list(sys.meta_path)
    import_hook.when_imported("mod_a", lambda _: None)
    import_hook.when_imported("mod_b", lambda _: None)
    importlib.import_module("mod_a")
    assert len(sys.meta_path) == len(before) + 1
    importlib.import_module("mod_b")
    assert sys.meta_path == before


def test_callback_that_waits_for_another_module(modules):
    write(modules, "mod_a")
    write(modules, "mod_b")
    seen = []
    import_hook.when_imported("mod_a", lambda _: import_hook.when_imported("mod_b", seen.append))
    importlib.import_module("mod_a")
    module = importlib.import_module("mod_b")
    assert seen == [module]


def test_many_threads_import_once(modules):
    write(modules, "mod_a", "value = sum(range(100_000))")
    seen = []
    for _ in range(5):
        import_hook.when_imported("mod_a", seen.append)
    together = threading.Barrier(8)

    def work():
        together.wait()
        importlib.import_module("mod_a")
        import_hook.when_imported("mod_a", seen.append)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [sys.modules["mod_a"]] * 13
