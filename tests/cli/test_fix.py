"""``ctxwatch fix``: real programs are run, edited and run again; then the finding is gone."""

from __future__ import annotations

import codecs
import difflib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from programs.catalogue import BROKEN, HEALTHY
from support import HANG, Result, environment, run_program

TREES = {program.name: program.tree for program in HEALTHY}

#: At least one for every kind of edit. Each has a healthy twin, whose spans are as they should be.
EDITED = [
    "executor_map",
    "executor_map_read_later",
    "executor_nested_submit",
    "executor_submit",
    "gevent_pool",
    "gevent_spawn",
    "gevent_spawn_later",
    "gevent_thread_pool",
    "lifo_queue_worker_at_startup",
    "queue_same_number_from_four_producers",
    "queue_worker_leaked",
    "queue_worker_of_request",
    "run_in_executor_default",
    "run_in_executor_own_pool",
    "simple_queue_worker_of_request",
    "submit_create_task",
    "thread_outlives_request",
    "thread_per_item",
    "thread_target",
    "timer_after_response",
    "timer_joined",
    "two_losses",
    "uvloop_run_in_executor",
]

#: What no edit can be certain of, and a word of the reason.
BY_HAND = {
    "asyncio_priority_queue_worker_at_startup": "no edit for asyncio.PriorityQueue.put",
    "asyncio_queue_worker_at_startup": "handed around",
    "async_generator_read_later": "no edit for async generator",
    "dummy_process": "not made in the block",
    "initializer_in_request": "no edit for this use of",
    "process_pool_submit_spawn": "no edit for ProcessPoolExecutor.submit",
    "queue_interleaved_requests": "no single consumer",
    "queue_worker_at_startup": "item = queue.get()",
    "run_in_executor_process_pool": "no edit for this use of",
    "thread_built_earlier": "not made in the block",
    "thread_subclass_run": "no edit for this use of",
    "thread_subclass_target": "not made in the block",
}

SUBMIT = """\
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

pool = ThreadPoolExecutor()


def charge(order):
    with tracer.start_as_current_span("charge card"):
        print(f"paid {order}")


def create_order(order):
    with tracer.start_as_current_span("POST /orders"):
        pool.submit(charge, order).result()


if __name__ == "__main__":
    create_order(7)
    report()
"""

QUEUE = """\
import asyncio

from tracing import report, tracer


async def main():
    hooks = asyncio.Queue()

    async def call_hooks():
        while True:
            hook = await hooks.get()
            if hook is None:
                break
            with tracer.start_as_current_span("call hook"):
                print(f"called {hook}")

    caller = asyncio.create_task(call_hooks())
    for hook in ("/paid", "/sent"):
        with tracer.start_as_current_span(f"POST {hook}"):
            await hooks.put(hook)
    hooks.put_nowait(None)
    await caller


asyncio.run(main())
report()
"""


class Project:
    """A directory with a program, and the log of its last run."""

    def __init__(self, directory: Path, ctxwatch) -> None:
        self.directory = directory
        self.program = directory / "app.py"
        self.log = directory / "run.log"
        self._ctxwatch = ctxwatch

    def run(self) -> Result:
        """Run the program, with a new log."""
        self.log.unlink(missing_ok=True)
        log = {"CTXWATCH_LOG_FILE": str(self.log)}
        return run_program(self.program, env=log, cwd=self.directory)

    def fix(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``ctxwatch fix`` on the log of the last run."""
        done = self._ctxwatch("fix", *words, self.log, cwd=self.directory)
        assert "Traceback" not in done.stderr
        return done

    def findings(self) -> str:
        """Return the findings of the last run, as ``check`` tells them."""
        done = self._ctxwatch("check", self.log, cwd=self.directory)
        assert done.returncode in (0, 1), done.stderr
        return done.stdout

    def refuses(self, reason: str) -> None:
        """Check that nothing is edited, and that *reason* is given."""
        before = self.program.read_bytes()
        done = self.fix("--apply")
        assert (done.returncode, done.stdout) == (1, ""), done.stderr
        assert reason in done.stderr
        assert "by hand: " in done.stderr
        assert self.program.read_bytes() == before


@pytest.fixture
def project(tmp_path, ctxwatch):
    """Make a project of a program's text or bytes."""

    def project(program: str | bytes) -> Project:
        made = Project(tmp_path, ctxwatch)
        text = program if isinstance(program, bytes) else program.encode()
        made.program.write_bytes(text)
        return made

    return project


def of_catalogue(names) -> list[object]:
    programs = {program.name: program for program in BROKEN}
    return [pytest.param(programs[name], id=name) for name in names if programs[name].runs_here()]


@pytest.mark.parametrize("broken", of_catalogue(EDITED))
def test_after_the_edit_the_finding_is_gone(project, broken):
    """The spans then are those of the healthy twin. A loss behind a loss takes a second round."""
    made = project(broken.path.read_bytes())
    made.run()
    for _ in range(2):
        if not made.findings():
            break
        assert made.fix("--apply").returncode == 0
        mended = made.run()
    assert made.findings() == ""
    assert mended.stdout.splitlines() == TREES[broken.name], str(mended)


@pytest.mark.parametrize("broken", of_catalogue(BY_HAND))
def test_what_is_not_certain_is_left_to_people(project, broken):
    made = project(broken.path.read_bytes())
    made.run()
    made.refuses(BY_HAND[broken.name])


def test_queue_between_tasks(project):
    """Every item brings its own context, the one that ends the loop too."""
    made = project(QUEUE)
    made.run()
    assert "CTX104" in made.findings()
    assert made.fix("--apply").returncode == 0
    mended = made.run()
    assert made.findings() == ""
    assert mended.stdout.splitlines()[:2] == ["called /paid", "called /sent"]
    assert "call hook <- POST /paid" in mended.stdout
    assert "call hook <- POST /sent" in mended.stdout


def test_queue_of_an_object(project):
    made = project("""\
import queue
import threading

from tracing import report, tracer


class Mailer:
    def __init__(self):
        self.mails: queue.Queue = queue.Queue()
        self.sender = threading.Thread(target=self.work)
        self.sender.start()

    def work(self):
        for _ in range(2):
            order, address = self.mails.get()
            self.send(order, address)
            self.mails.task_done()

    def send(self, order, address):
        with tracer.start_as_current_span("send mail"):
            print(f"mail {order} to {address}")


mailer = Mailer()
for order in (1, 2):
    with tracer.start_as_current_span(f"POST /orders/{order}"):
        mailer.mails.put((order, "me"))
mailer.sender.join()
report()
""")
    made.run()
    made.refuses("the queue is no plain name")
    text = made.program.read_text()
    inside = "    def order(self, order):\n        self.mails.put((order, 'me'))\n\n"
    text = text.replace("    def send(", inside + "    def send(")
    text = text.replace('mailer.mails.put((order, "me"))', "mailer.order(order)")
    made.program.write_text(text)
    made.run()
    assert made.fix("--apply").returncode == 0
    mended = made.run()
    assert made.findings() == ""
    assert "mail 1 to me" in mended.stdout
    assert "send mail <- POST /orders/1" in mended.stdout
    assert "send mail <- POST /orders/2" in mended.stdout


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            "            if hook is None",
            "            yield\n            if hook is None",
            "generator",
        ),
        (
            "    caller = asyncio",
            "    keep = [hooks]\n    caller = asyncio",
            "the queue is handed around",
        ),
        (
            "            await hooks.put(hook)",
            "            put = hooks.put\n            await put(hook)",
            "not named",
        ),
        ("    caller = ", "    hooks._maxsize = 0\n    caller = ", "the queue is handed around"),
    ],
)
def test_queue_whose_users_are_not_all_plain(project, old, new, reason):
    assert QUEUE.count(old) == 1
    program = QUEUE.replace(old, new)
    if "yield" in new:
        program = program.replace("create_task(call_hooks())", "create_task(read())")
        read = "    async def read():\n        async for _ in call_hooks():\n            pass\n\n"
        program = program.replace("    caller = ", read + "    caller = ")
    made = project(program)
    made.run()
    made.refuses(reason)


def test_queue_that_another_file_uses(project, tmp_path):
    broken = next(program for program in BROKEN if program.name == "queue_worker_leaked")
    made = project(broken.path.read_bytes())
    made.run()
    (tmp_path / "other.py").write_text("from app import pages\n\npages.put(1)\n")
    made.refuses(f"may be used in {tmp_path / 'other.py'}")
    (tmp_path / "other.py").write_text("webpages = 1\n")
    assert made.fix().returncode == 0


def test_without_apply_it_only_prints_a_diff_that_can_be_applied(project, tmp_path):
    made = project(SUBMIT)
    made.run()
    done = made.fix()
    assert done.returncode == 0
    assert made.program.read_text() == SUBMIT
    assert "1 can be mended with --apply, 0 by hand" in done.stderr
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "app.py").write_text(SUBMIT)
    command = ["git", "apply", "-"]
    subprocess.run(command, cwd=checkout, input=done.stdout, text=True, check=True, timeout=HANG)
    assert made.fix("--apply").stdout == done.stdout
    assert (checkout / "app.py").read_bytes() == made.program.read_bytes()


FORMS = {
    "CRLF": SUBMIT.replace("\n", "\r\n").encode(),
    "latin-1": ("# -*- coding: latin-1 -*-\n" + SUBMIT.replace("paid", "bez\xe4hlt")).encode(
        "latin-1"
    ),
    "BOM": codecs.BOM_UTF8 + b'"""Orders."""\n' + SUBMIT.replace("paid", "bez\xe4hlt").encode(),
    "tabs": SUBMIT.replace("    ", "\t").encode(),
    "no newline at the end": SUBMIT.rstrip().encode(),
    "odd spacing": SUBMIT.replace("(charge, order)", " ( charge, order ) ").encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_all_else_stays_byte_for_byte(project, form):
    """One line is added, one replaced; they have the file's own line ends."""
    made = project(FORMS[form])
    made.run()
    assert made.fix("--apply").returncode == 0
    before = FORMS[form].splitlines(keepends=True)
    after = made.program.read_bytes().splitlines(keepends=True)
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    (_, _, _, *added), (_, *old, start, stop) = changes
    end = before[0][len(before[0].rstrip()) :]
    assert after[slice(*added)] == [b"import contextvars" + end]
    (line,) = before[slice(*old)]
    assert after[start:stop] == [
        line.replace(b"charge", b"contextvars.copy_context().run, charge", 1)
    ]
    made.run()
    assert made.findings() == ""


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("def charge", "\n\ndef charge", "calls no submit"),
        ("pool.submit(charge, order).result()", "charge(order)", "calls no submit"),
        ("def create_order", "def make_order", "not in create_order"),
        ("(charge, order)", "(contextvars.copy_context().run, charge, order)", "already"),
        ("def charge(", "def charge((", "cannot be parsed"),
        (
            "def create_order(order):\n",
            "def create_order(order):\n    pool.submit(print)\n",
            "calls no submit",
        ),
        (
            "        pool.submit(charge, order).result()\n",
            "        pool.submit(print)\n        pool.submit(charge, order).result()\n",
            "several such calls",
        ),
    ],
)
def test_source_that_changed_since_the_run_is_refused(project, old, new, reason):
    """Also where the line has moved and another such call stands there now."""
    made = project(SUBMIT)
    made.run()
    assert SUBMIT.count(old) == 1
    made.program.write_text(SUBMIT.replace(old, new))
    made.refuses(reason)


def test_a_method_that_is_called_by_another_name(project):
    """A pool's submit is plain to see all the same; of a thread, nobody sees how it was made."""
    two_lines = "submit = pool.submit\n        submit(charge, order).result()"
    made = project(SUBMIT.replace("pool.submit(charge, order).result()", two_lines))
    made.run()
    assert made.fix("--apply").returncode == 0
    made.run()
    assert made.findings() == ""
    thread = "thread = Thread(target=charge, args=(order,))"
    start = "start = thread.start\n        start()\n        thread.join()"
    program = SUBMIT.replace("pool.submit(charge, order).result()", f"{thread}\n        {start}")
    made = project("from threading import Thread\n" + program)
    made.run()
    made.refuses("not made in the block")


def test_two_such_calls_on_one_line(project):
    call = "pool.submit(charge, order)"
    made = project(SUBMIT.replace(f"{call}.result()", f"{call}.result(); {call}.result()"))
    made.run()
    made.refuses("several such calls on that line")


def test_an_edit_is_made_once(project):
    made = project(SUBMIT)
    made.run()
    assert made.fix("--apply").returncode == 0
    made.refuses("has changed since the run")


def test_what_can_be_edited_is_edited_beside_what_cannot(project):
    """Two hand-offs in one file: a submit, and another kind of pool that is left to people."""
    both = """pool.submit(charge, order).result()
        with ThreadPool(1) as threads:
            threads.apply(refund, (order,))"""
    refund = SUBMIT[SUBMIT.index("def charge") : SUBMIT.index("def create_order")]
    refund = refund.replace("charge card", "refund").replace("def charge", "def refund")
    program = SUBMIT.replace("pool.submit(charge, order).result()", both)
    program = program.replace("def create_order", refund + "def create_order")
    made = project("from multiprocessing.pool import ThreadPool\n" + program)
    made.run()
    done = made.fix("--apply")
    assert done.returncode == 1
    assert "1 mended, 1 by hand" in done.stderr
    made.run()
    assert "'refund'" in made.findings()
    assert "'charge card'" not in made.findings()


def test_installed_packages_are_never_edited(project, tmp_path):
    made = project("import shop\n")
    installed = tmp_path / "site-packages"
    installed.mkdir()
    made.program = installed / "app.py"
    made.program.write_text(SUBMIT)
    made.run()
    assert "CTX102" in made.findings()
    made.refuses("in an installed package")


def test_nothing_to_mend(project):
    made = project(SUBMIT.replace("pool.submit(charge, order).result()", "charge(order)"))
    made.run()
    done = made.fix("--apply")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_file_that_is_gone_or_read_only(project):
    made = project(SUBMIT)
    made.run()
    made.program.unlink()
    done = made.fix("--apply")
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot be read" in done.stderr


def test_no_such_log(ctxwatch, tmp_path):
    done = ctxwatch("fix", "nowhere.log", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_without_the_extra_it_says_what_to_install(tmp_path):
    (tmp_path / "libcst.py").write_text("raise ModuleNotFoundError('no', name='libcst')\n")
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run(
        [sys.executable, "-m", "ctxwatch", "fix", "x.log"],
        env=environment(PYTHONPATH=path),
        capture_output=True,
        text=True,
        timeout=HANG,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'ctxwatch[fix]'" in done.stderr
