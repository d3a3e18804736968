"""The sitecustomize that the interpreter would have run without ctxwatch runs with it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from ctxwatch import startup

LOOK = """
import sys
module = sys.modules.get("sitecustomize")
print(getattr(module, "mark", None), getattr(module, "__file__", None), sys.path)
spec = getattr(module, "__spec__", None)
print(spec and (type(spec), type(spec.loader), spec.origin, spec._initializing))
"""

BODIES = {
    "plain": "mark = 'ran'\nprint(__name__, __file__)\n",
    "raises": "mark = 1\nraise ValueError('in the middle')\n",
    "name-error": "undefined_name\n",
    "import-error": "import a_module_that_does_not_exist\n",
    "syntax-error": "1 +\n",
    "replaces-itself": (
        "import sys, types\n"
        "module = types.ModuleType('sitecustomize')\n"
        "module.mark = 'other'\n"
        "sys.modules['sitecustomize'] = module\n"
    ),
    "reads-its-resources": (
        "import importlib.util, sys\n"
        "mark = importlib.util.find_spec('sitecustomize').origin, __loader__.get_filename()\n"
    ),
}


def both(start, python, code, behind: list[Path], bootstrap: str = startup.BOOTSTRAP):
    """Outcomes without and with the bootstrap directory in front of *behind*."""
    path = [str(entry) for entry in behind]
    separator = ";" if sys.platform == "win32" else ":"
    return [
        (done.stdout, done.stderr, done.returncode)
        for done in (
            start(python, "-c", code, PYTHONPATH=separator.join(path)),
            start(
                python,
                "-c",
                code + "\nassert 'ctxwatch' in sys.modules",
                PYTHONPATH=separator.join([bootstrap, *path]),
                CTXWATCH="1",
            ),
        )
    ]


@pytest.fixture(params=["installed", "bare"])
def python(request, bare_python):
    return sys.executable if request.param == "installed" else bare_python


@pytest.mark.parametrize("body", BODIES)
def test_a_file(start, python, tmp_path, body):
    (tmp_path / "sitecustomize.py").write_text(BODIES[body])
    plain, watched = both(start, python, LOOK, [tmp_path])
    assert watched == plain
    assert plain[2] == 0


def test_one_that_exits(start, python, tmp_path):
    """Python takes this for a fatal error, and shows all frames: ours is one of them."""
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit(3)\n")
    plain, watched = both(start, python, LOOK, [tmp_path])
    assert (watched[0], watched[2]) == (plain[0], plain[2])
    assert watched[1].splitlines()[0] == plain[1].splitlines()[0]
    assert watched[1].splitlines()[-1] == plain[1].splitlines()[-1]


def test_a_package(start, python, tmp_path):
    package = tmp_path / "sitecustomize"
    package.mkdir()
    (package / "__init__.py").write_text("from sitecustomize.part import mark\n")
    (package / "part.py").write_text("mark = 'from a part'\n")
    plain, watched = both(start, python, LOOK, [tmp_path])
    assert watched == plain
    assert plain[0].startswith("from a part")


def test_none(start, python):
    plain, watched = both(start, python, LOOK, [])
    assert watched == plain


def test_the_first_of_two(start, python, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "sitecustomize.py").write_text(f"mark = {name!r}\n")
    plain, watched = both(start, python, LOOK, [tmp_path / "one", tmp_path / "two"])
    assert watched == plain
    assert plain[0].startswith("one")


def test_one_in_site_packages(start, bare_python):
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site_packages = Path(start(bare_python, "-c", code).stdout.strip())
    file = site_packages / "sitecustomize.py"
    file.write_text("mark = 'of the environment'\n")
    try:
        plain, watched = both(start, bare_python, LOOK, [])
    finally:
        file.unlink()
    assert watched == plain
    assert plain[0].startswith("of the environment")


@pytest.mark.parametrize("damage", ["raises", "missing"])
def test_ctxwatch_that_cannot_start(start, bare_python, tmp_path, damage):
    copy = tmp_path / "copy" / "ctxwatch"
    bootstrap = copy / "startup" / "bootstrap"
    shutil.copytree(startup.BOOTSTRAP, bootstrap)
    if damage == "raises":
        (copy / "__init__.py").write_text("raise RuntimeError('damaged')\n")
    user = tmp_path / "user"
    user.mkdir()
    (user / "sitecustomize.py").write_text("mark = 'ran all the same'\n")
    separator = ";" if sys.platform == "win32" else ":"
    plain = start(bare_python, "-c", LOOK, PYTHONPATH=str(user))
    watched = start(
        bare_python,
        "-c",
        LOOK,
        PYTHONPATH=separator.join([str(bootstrap), str(user)]),
        CTXWATCH="1",
    )
    assert (watched.stdout, watched.stderr) == (plain.stdout, plain.stderr)
    assert plain.stdout.startswith("ran all the same")
