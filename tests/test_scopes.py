"""Scopes, from attach to detach: each misuse is named at its lines, correct use hears nothing.

A program in ``scopes/misuse`` says in its header which code is expected, which span's scope it
is (``-`` for none), and which span was orphaned by it, if one was. Its lines are marked with what
happens there, by the words of the log: ``# <- attached, detached``.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from support import Record, Result, run_program
from test_programs import same_problem
from test_remedies import own_words, replace

from ctxwatch.model import Fault
from ctxwatch.scoping import remedies

SCOPES = Path(__file__).parent / "scopes"
MISUSE = sorted((SCOPES / "misuse").glob("*.py"))
CORRECT = sorted((SCOPES / "correct").glob("*.py"))
REMEDIES = sorted((SCOPES / "remedies").glob("*.py"))

#: Marks that the log has no step for: the starts of the flagged span.
STARTS = ("orphan", "started")


def header(path: Path) -> dict[str, str]:
    """Return the header of a program: its lines above the first import."""
    comments, _, _ = path.read_text("utf-8").partition("import ")
    lines = comments.splitlines()
    return dict(line[2:].split(": ", 1) for line in lines if line.startswith("# "))


def marks(path: Path) -> set[tuple[str, int]]:
    """Return the marks of a program with their lines, from 1."""
    found = set()
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        _, arrow, words = line.partition("# <- ")
        found |= {(word, number) for word in words.split(", ") if arrow}
    return found


def steps(finding: Record) -> set[tuple[str, int]]:
    """Return what a finding says of its lines, in the same form."""
    found = {(step["role"], step["line"]) for step in finding["scope"]["steps"]}
    if finding["span_line"] is not None:
        found.add(("orphan", finding["span_line"]))
    elif not found:
        found.add(("started", finding["code.line.number"]))
    return found


def the_finding(result: Result) -> Record:
    """Return the only finding; late children are another matter."""
    findings = [f for f in same_problem(result.of_kind("finding")) if f["family"] != "late_child"]
    assert len(findings) == 1, str(result)
    return findings[0]


@pytest.mark.parametrize("path", MISUSE, ids=lambda path: path.stem)
def test_misuse_is_named_at_its_lines(path: Path) -> None:
    """One finding, with every line; the program does as it does alone."""
    result = run_program(path)
    alone = run_program(path, via="bare")
    assert result.stdout == alone.stdout, str(result)
    finding = the_finding(result)
    expected = header(path)
    assert (finding["code"], finding["family"]) == (expected["code"], "scope_misuse"), str(result)
    assert finding["severity"] == "warning", str(result)
    assert steps(finding) == marks(path), str(result)
    files = {step["file"] for step in finding["scope"]["steps"]} | {finding["code.file.path"]}
    assert files == {str(path)}, str(result)
    span = finding["scope"]["span"]
    assert (span["name"] if span else "-") == expected["span"], str(result)
    assert finding["span_name"] == expected.get("orphan", span and span["name"]), str(result)
    assert finding["remedy"]["code"], str(result)


@pytest.mark.parametrize("path", CORRECT, ids=lambda path: path.stem)
def test_correct_use_hears_nothing(path: Path) -> None:
    """No finding of any kind, but late children; the program does as it does alone."""
    result = run_program(path)
    alone = run_program(path, via="bare")
    assert result.stdout == alone.stdout != "", str(result)
    assert "Failed to detach" not in result.stderr, str(result)
    found = [finding for finding in result.of_kind("finding") if finding["family"] != "late_child"]
    assert found == [], str(result)


@pytest.mark.parametrize("path", REMEDIES, ids=lambda path: path.stem)
def test_the_remedy_mends_the_scope(path: Path) -> None:
    """Broken: this finding, with this remedy. Pasted in: none, and the same words."""
    program = path.read_text("utf-8")
    code, _, in_generator = header(path)["remedy"].partition(" ")
    broken = run_program(program)
    finding = the_finding(broken)
    own = remedies.remedy(Fault(code), in_generator=bool(in_generator))
    assert finding["code"] == code, str(broken)
    assert finding["remedy"] == {"text": own.text, "code": own.code}, str(broken)

    mended = run_program(replace(program, "hand-off", finding["remedy"]["code"]))
    assert mended.of_kind("finding") == [], str(mended)
    assert own_words(mended) == own_words(broken) != [], str(mended)
    assert "Failed to detach" not in mended.stderr, str(mended)


def test_every_fault_has_a_remedy_that_is_tried() -> None:
    tried = {header(path)["remedy"].split(" ")[0] for path in REMEDIES}
    assert tried == {fault.value for fault in Fault}


#: The file is what makes it an instrumentation's.
LEFT_BY_AN_INSTRUMENTATION = """\
import threading
from opentelemetry import context
from tracing import tracer

SOURCE = '''
from opentelemetry import context
def popleft():
    return context.attach(context.set_value("message", 7))
'''
names = {}
file = "/packages/site-packages/opentelemetry/instrumentation/FOLDER/utils.py"
exec(compile(SOURCE, file, "exec"), names)
thread = threading.Thread(target=context.detach, args=(names["popleft"](),))
thread.start()
thread.join()
"""


@pytest.mark.parametrize(("folder", "codes"), [("pika", []), ("other", ["CTX701"])])
def test_what_instrumentations_are_known_for_is_told_at_debug_only(
    folder: str, codes: list[str]
) -> None:
    program = LEFT_BY_AN_INSTRUMENTATION.replace("FOLDER", folder)
    assert [finding["code"] for finding in run_program(program).findings] == codes
    result = run_program(program, level="debug")
    assert [finding["code"] for finding in result.findings] == codes
    told = [notice["level"] for notice in result.of_kind("notice") if "CTX701" in notice["event"]]
    assert told == ([] if codes else ["debug"]), str(result)


BY_HAND = """\
import threading
from opentelemetry import context
from tracing import tracer

def detach_if_possible(token):
    try:
        context._RUNTIME_CONTEXT.detach(token)
    except ValueError:
        print("not here")

token = context.attach(context.set_value("user", "ann"))
thread = threading.Thread(target=detach_if_possible, args=(token,))
thread.start()
thread.join()
"""


def test_who_is_ready_for_the_error_gets_no_warning() -> None:
    result = run_program(BY_HAND)
    assert result.stdout == "not here\n"
    assert [(f["code"], f["severity"]) for f in result.of_kind("finding")] == [("CTX701", "info")]


#: A runtime context of the program's own: it keeps its state elsewhere, and counts.
OWN_RUNTIME_CONTEXT = """\
from contextvars import ContextVar
from opentelemetry.context.context import Context, _RuntimeContext

class Counting(_RuntimeContext):
    def __init__(self):
        self.variable = ContextVar("mine", default=Context())
        self.attached = self.detached = 0

    def attach(self, context):
        self.attached += 1
        return self.variable.set(context)

    def get_current(self):
        return self.variable.get()

    def detach(self, token):
        self.variable.reset(token)
        self.detached += 1
"""

USES_OWN_RUNTIME_CONTEXT = """\
from opentelemetry import context
from tracing import tracer, report
from mine import Counting

runtime = context._RUNTIME_CONTEXT
assert type(runtime) is Counting
for number in range(3):
    with tracer.start_as_current_span(f"GET /{number}"):
        pass
token = context.attach(context.set_value("user", "ann"))
context.detach(token)
context.detach(token)
print(runtime.attached >= 4, runtime.attached == runtime.detached)
report()
"""


def entry_point(directory: Path, value: str) -> None:
    """Have *value* found in *directory* as the runtime context called ``mine``."""
    metadata = directory / "mine-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(f"[opentelemetry_context]\nmine = {value}\n")


def test_a_runtime_context_of_the_programs_own_stays_and_is_watched(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(OWN_RUNTIME_CONTEXT)
    entry_point(tmp_path, "mine:Counting")
    paths = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    env: dict[str, str | None] = {"OTEL_PYTHON_CONTEXT": "mine", "PYTHONPATH": paths}
    env["PYTHONPATH"] = os.pathsep.join([str(SCOPES.parent / "programs"), paths])
    result = run_program(USES_OWN_RUNTIME_CONTEXT, env=env)
    assert result.stdout.splitlines()[0] == "True True", str(result)
    assert [finding["code"] for finding in result.findings] == ["CTX702"], str(result)


def test_opentelemetry_itself_can_load_the_watch(tmp_path: Path) -> None:
    """In an interpreter that runs no .pth and no sitecustomize."""
    entry_point(tmp_path, "ctxwatch.startup.otel_hooks:runtime_context")
    paths = [str(tmp_path), str(SCOPES.parent / "programs"), *sys.path]
    program = tmp_path / "program.py"
    program.write_text(
        "import subprocess, sys\n"
        f"command = [sys.executable, '-S', {str(SCOPES / 'misuse' / 'detached_twice.py')!r}]\n"
        "print(subprocess.run(command, check=True, capture_output=True, text=True).stdout)\n"
    )
    env: dict[str, str | None] = {
        "CTXWATCH": None,
        "OTEL_PYTHON_CONTEXT": "mine",
        "PYTHONPATH": os.pathsep.join(paths),
    }
    result = run_program(program, via="switch", env=env)
    assert [finding["code"] for finding in result.findings] == ["CTX702"], str(result)


SHOWS_SCOPES = """\
import asyncio, threading
import ctxwatch
from opentelemetry import context, trace
from tracing import tracer

def told():
    return sorted(
        (unit.thread_name, unit.task, [(s.span.name, s.steps[0].place.line) for s in unit.scopes])
        for unit in ctxwatch.scopes()
    )

inside, done = threading.Event(), threading.Event()

def work():
    with tracer.start_as_current_span("job"):  # line 15
        inside.set()
        done.wait()

async def main():
    with tracer.start_as_current_span("handle"):  # line 20
        token = context.attach(context.set_value("user", "ann"))  # line 21
        print(told())
        context.detach(token)
    print(told())

thread = threading.Thread(target=work, name="worker")
thread.start()
inside.wait()
asyncio.run(main(), debug=False)
done.set()
thread.join()
print(told())
"""


def test_scopes_tells_what_is_attached_by_unit() -> None:
    result = run_program(SHOWS_SCOPES)
    inside, task_done, all_done = result.stdout.splitlines()
    job = "('worker', None, [('job', 15)])"
    handle = "('MainThread', 'Task-1', [('handle', 20), ('handle', 21)])"
    assert inside == f"[{handle}, {job}]", str(result)
    assert task_done == f"[{job}]", str(result)
    assert all_done == "[]", str(result)


def test_scopes_is_empty_while_the_watch_is_off() -> None:
    assert run_program(SHOWS_SCOPES, via="bare").stdout.splitlines() == ["[]"] * 3


KEEPS_NOTHING = """\
import gc, weakref
from opentelemetry import context, trace
from tracing import tracer

def use(detach):
    span = trace.NonRecordingSpan(tracer.start_span("x").get_span_context())
    attached = trace.set_span_in_context(span)
    token = context.attach(attached)
    if detach:
        context.detach(token)
    else:
        context.attach(context.Context())
    return weakref.ref(span), weakref.ref(attached)

for detach in (True, False):
    alive = use(detach)
    gc.collect()
    print([found() is None for found in alive])
"""


def test_no_span_and_no_context_is_kept_alive() -> None:
    assert run_program(KEEPS_NOTHING).stdout.splitlines() == ["[True, True]"] * 2
    assert run_program(KEEPS_NOTHING, via="bare").stdout.splitlines() == ["[True, True]"] * 2


DUMPS = """\
import asyncio, os, signal, threading
from tracing import tracer

def own(number, frame):
    print("own handler", number == signal.SIGUSR2)

signal.signal(signal.SIGUSR2, own)

import ctxwatch
ctxwatch.install()

inside, done = threading.Event(), threading.Event()

def work():
    inside.set()
    done.wait()

async def main():
    with tracer.start_as_current_span("handle"):  # line 19
        waiting = tracer.start_span("waiting")  # line 20
        os.kill(os.getpid(), signal.SIGUSR2)
        await asyncio.sleep(0)
        waiting.end()

with tracer.start_as_current_span("POST /orders"):  # line 25
    thread = threading.Thread(target=work, name="worker")
    thread.start()
inside.wait()
asyncio.run(main())
done.set()
thread.join()
ctxwatch.uninstall()
print(signal.getsignal(signal.SIGUSR2) is own)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGUSR2"), reason="Windows has no such signal")
def test_a_signal_dumps_units_lineage_scopes_and_open_spans() -> None:
    """The program's own handler is called as well, and is back when the watch is off."""
    env: dict[str, str | None] = {"CTXWATCH": None, "CTXWATCH_SIGNAL": "usr2"}
    result = run_program(DUMPS, via="switch", env=env)
    assert result.stdout.splitlines() == ["own handler True", "True"], str(result)
    (dump,) = result.of_kind("dump")
    units = {(unit["thread_name"], unit["task"]): unit for unit in dump["units"]}
    (scope,) = units["MainThread", "Task-1"]["scopes"]
    assert (scope["span"]["name"], scope["steps"][0]["line"]) == ("handle", 19), str(result)
    assert units["worker", None]["scopes"] == [], str(result)
    (hop,) = units["worker", None]["lineage"]
    assert (hop["boundary"], hop["line"]) == ("threading.Thread.start", 27), str(result)
    spans = {span["name"]: span["started"] and span["started"]["line"] for span in dump["spans"]}
    assert set(spans) == {"handle", "waiting"}, str(result)
    assert spans["waiting"] in {20, None}, str(result)


@pytest.mark.skipif(not hasattr(signal, "SIGUSR2"), reason="Windows has no such signal")
def test_no_signal_handler_unless_asked_for() -> None:
    told = "import signal\nfrom tracing import tracer\nprint(signal.getsignal(signal.SIGUSR2))\n"
    assert run_program(told).stdout == run_program(told, via="bare").stdout
