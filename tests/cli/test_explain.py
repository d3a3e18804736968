"""``ctxwatch explain``: a page for every code, whose programs do what the page says."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from support import run_program

from ctxwatch import explain

ROOT = Path(__file__).parent.parent.parent
CODES = list(explain.codes())
SECTIONS = [
    "A program that shows it",
    "The same, mended",
    "Why",
    "Ways to mend it",
    "When not to propagate",
    "Python versions",
]


def programs(code: str) -> tuple[str, str]:
    """Return the broken and the mended program of a page."""
    broken, mended = re.findall(r"```python\n(.*?)```", explain.page(code), re.DOTALL)
    return broken, mended


def test_there_is_a_page_for_every_code_and_for_no_other():
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "ctxwatch").rglob("*.py"))
    used = set(re.findall(r'"(CTX\d{3})"', sources))
    told = set(
        re.findall(r"^\| `(CTX\d{3})` \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    )
    assert set(CODES) == used == told


def test_the_readme_says_the_same_as_the_headings():
    """Its first sentence on each code; what follows that is on the page."""
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `(CTX\d{3})` \| (.*) \|$", readme, re.MULTILINE)
    told = {code: cell.replace("`", "").partition(". ")[0] for code, cell in rows}
    assert told == explain.codes()


@pytest.mark.parametrize("code", CODES)
def test_page_answers_every_question(code):
    page = explain.page(code)
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == SECTIONS
    assert page.startswith(f"# {code}: {explain.codes()[code]}\n\n")
    assert all(len(part.split("\n\n", 1)[1].strip()) > 10 for part in page.split("\n## "))
    assert page.isascii()


@pytest.mark.parametrize("code", CODES)
def test_the_programs_of_a_page_do_what_it_says(code):
    """They are run as the page says; what they print must not depend on what was mended."""
    (command,) = re.findall(r"```console\n\$ (.*)\n```", explain.page(code))
    assert command == "ctxwatch run --instrumentors none shop.py"
    results = [run_program(program, instrumentors="none") for program in programs(code)]
    broken, mended = results
    assert {found["code"] for found in broken.of_kind("finding")} == {code}, str(broken)
    assert mended.of_kind("finding") == [], str(mended)
    assert broken.stdout == mended.stdout != ""


def test_prints_the_page(ctxwatch):
    for code in CODES:
        done = ctxwatch("explain", code.lower())
        assert (done.returncode, done.stdout, done.stderr) == (0, explain.page(code), "")


def test_without_a_code_it_lists_them_all(ctxwatch):
    done = ctxwatch("explain")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    assert dict(lines) == explain.codes()


@pytest.mark.parametrize(("code", "near"), [("CTX109", "CTX10"), ("CTX1011", "CTX101"), ("x", "")])
def test_unknown_code_is_one_line_with_the_nearest(ctxwatch, code, near):
    done = ctxwatch("explain", code)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"unknown code {code!r}" in done.stderr
    named = re.findall(r"CTX\d{3}\b", done.stderr.split("nearest", 1)[1])
    assert len(named) == 3
    assert set(named) <= set(CODES)
    assert any(name.startswith(near) for name in named)


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX's")
def test_on_a_terminal_rich_draws_it(tmp_path):
    """The words stay, the Markdown goes; with a rich that cannot be imported, the page itself."""
    drawn = on_a_terminal("explain", "CTX102")
    assert "## Why" not in drawn
    assert "a function was handed to a thread pool" in drawn
    (tmp_path / "rich").mkdir()
    (tmp_path / "rich" / "__init__.py").write_text("raise ImportError", encoding="utf-8")
    assert on_a_terminal("explain", "CTX102", path=str(tmp_path)) == explain.page("CTX102")


def on_a_terminal(*words: str, path: str = "") -> str:
    """Run ``ctxwatch`` with a pseudo-terminal for its output, and return what it wrote."""
    import pty
    import subprocess
    import sys

    ours, theirs = pty.openpty()
    search = os.pathsep.join(filter(None, [path, str(ROOT)]))
    environ = os.environ | {"PYTHONPATH": search, "TERM": "xterm"}
    command = [sys.executable, "-m", "ctxwatch", *words]
    with subprocess.Popen(command, stdout=theirs, env=environ):
        os.close(theirs)
        written = b""
        # Linux ends the reading of a terminal that nobody has open any more with EIO.
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            written += part
    os.close(ours)
    return written.decode().replace("\r\n", "\n")
