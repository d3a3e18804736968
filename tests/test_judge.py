"""The rules, as tables: each one, and what it must not be taken for."""

from __future__ import annotations

import itertools

import pytest
from opentelemetry.trace import SpanContext, SpanKind
from values import crossing, root, span_context

from ctxwatch import judge
from ctxwatch.model import Crossing, Family, Fault, Kind, Root, Stage, Verdict

A = span_context()
SIBLING = span_context(trace_id=A.trace_id)
OTHER_TRACE = SpanContext(A.trace_id + 1, A.span_id, is_remote=False)
SAME_AS_A = SpanContext(A.trace_id, A.span_id, is_remote=True)

LONG_LIVED = (Kind.THREAD, Kind.PROCESS, Kind.TASK)
ONE_JOB = (Kind.ITEM, Kind.TIMER)


@pytest.mark.parametrize(
    ("origin", "arrival", "carried", "on_purpose", "expected"),
    [
        (A, A, False, False, Verdict.KEPT),
        (A, A, False, True, Verdict.KEPT),
        (A, A, True, False, Verdict.RESCUED),
        (A, A, True, True, Verdict.RESCUED),
        (A, SAME_AS_A, False, False, Verdict.KEPT),
        (A, None, False, False, Verdict.LOST),
        (A, None, True, False, Verdict.LOST),
        (A, None, False, True, Verdict.DETACHED),
        (A, None, True, True, Verdict.DETACHED),
        (A, SIBLING, False, False, Verdict.STALE),
        (A, SIBLING, True, False, Verdict.STALE),
        (A, SIBLING, False, True, Verdict.STALE),
        (A, SIBLING, True, True, Verdict.STALE),
        (A, OTHER_TRACE, False, False, Verdict.STALE),
        (None, A, False, False, Verdict.LEAKED),
        (None, A, True, False, Verdict.LEAKED),
        (None, A, False, True, Verdict.LEAKED),
        (None, A, True, True, Verdict.LEAKED),
        (None, None, False, False, Verdict.EMPTY),
        (None, None, True, False, Verdict.EMPTY),
        (None, None, False, True, Verdict.EMPTY),
        (None, None, True, True, Verdict.EMPTY),
    ],
)
def test_verdict(
    origin: SpanContext | None,
    arrival: SpanContext | None,
    *,
    carried: bool,
    on_purpose: bool,
    expected: Verdict,
) -> None:
    assert judge.verdict(origin, arrival, carried=carried, on_purpose=on_purpose) is expected


def test_no_roots_no_orphans() -> None:
    assert judge.orphans([], unit_ended=True) == []


@pytest.mark.parametrize("unit_ended", [True, False])
@pytest.mark.parametrize("parent_open", [True, False, None])
@pytest.mark.parametrize("kind", ONE_JOB)
def test_what_a_job_does_belongs_to_its_hand_off(
    kind: Kind, *, parent_open: bool | None, unit_ended: bool
) -> None:
    """Also after the request has ended: a pool runs its items when it gets to them."""
    roots = [root(crossing(kind), parent_open=parent_open)]
    assert judge.orphans(roots, unit_ended=unit_ended) == roots


@pytest.mark.parametrize(
    ("parent_open", "unit_ended", "counts"),
    [
        (True, True, True),
        (True, False, True),
        (False, True, False),
        (False, False, False),
        (None, True, True),
        (None, False, False),
    ],
)
@pytest.mark.parametrize("kind", [Kind.THREAD, Kind.PROCESS])
def test_a_possible_worker_must_begin_under_the_open_parent(
    kind: Kind, *, parent_open: bool | None, unit_ended: bool, counts: bool
) -> None:
    """Where nobody can say whether the parent was open, its own end shows that it is no worker."""
    roots = [root(crossing(kind), parent_open=parent_open)]
    assert judge.orphans(roots, unit_ended=unit_ended) == (roots if counts else [])


@pytest.mark.parametrize(
    ("parent_open", "unit_ended", "counts"),
    [
        (True, False, True),
        (False, False, False),
        (None, False, False),
        (True, True, True),
        (False, True, True),
        (None, True, True),
    ],
)
def test_a_task_goes_on_only_as_long_as_the_unit_it_runs_in(
    *, parent_open: bool | None, unit_ended: bool, counts: bool
) -> None:
    """A loop that a pool's item ran has ended with the item, and its tasks with it."""
    roots = [root(crossing(Kind.TASK, crossing(Kind.ITEM)), parent_open=parent_open)]
    assert judge.orphans(roots, unit_ended=unit_ended) == (roots if counts else [])


@pytest.mark.parametrize("behind", [Kind.THREAD, Kind.PROCESS])
@pytest.mark.parametrize("first", ONE_JOB)
def test_a_long_lived_hop_behind_a_job_makes_the_chain_long_lived(
    first: Kind, behind: Kind
) -> None:
    """A background thread that some request's pool item started is nobody's request."""
    chain = crossing(behind, crossing(first))
    assert judge.orphans([root(chain, parent_open=False)], unit_ended=True) == []
    early = [root(chain, parent_open=True)]
    assert judge.orphans(early, unit_ended=True) == early


@pytest.mark.parametrize("behind", ONE_JOB)
@pytest.mark.parametrize("first", [Kind.THREAD, Kind.PROCESS])
def test_a_job_that_a_long_lived_unit_handed_on_counts_as_that_unit(
    first: Kind, behind: Kind
) -> None:
    """What a worker puts into a pool is the worker's business."""
    chain = crossing(behind, crossing(first))
    assert judge.orphans([root(chain, parent_open=False)], unit_ended=True) == []
    early = [root(chain, parent_open=True)]
    assert judge.orphans(early, unit_ended=True) == early


@pytest.mark.parametrize("parent_open", [True, False, None])
def test_a_timer_that_arms_itself_again_is_periodic(*, parent_open: bool | None) -> None:
    """Its first round may well come while the request that started it is open."""
    roots = [root(crossing(Kind.TIMER, rearmed=True), parent_open=parent_open)]
    assert judge.orphans(roots, unit_ended=True) == []


@pytest.mark.parametrize(("parent_open", "counts"), [(True, True), (False, False), (None, False)])
@pytest.mark.parametrize("kind", [Kind.ITEM, Kind.THREAD, Kind.PROCESS])
def test_recursion_inside_the_request_counts_and_a_chain_after_it_does_not(
    kind: Kind, *, parent_open: bool | None, counts: bool
) -> None:
    roots = [root(crossing(kind, rearmed=True), parent_open=parent_open)]
    assert judge.orphans(roots, unit_ended=True) == (roots if counts else [])


def test_a_rearmed_hop_anywhere_on_the_way_is_enough() -> None:
    chain = crossing(Kind.ITEM, crossing(Kind.TIMER, rearmed=True))
    assert judge.orphans([root(chain)], unit_ended=True) == []


@pytest.mark.parametrize(
    ("rounds", "counts"),
    [
        ([(1, True), (1, True), (1, True)], True),
        ([(1, True), (1, False)], True),
        ([(1, True), (1, False), (1, False)], False),
        ([(1, False), (2, False), (3, False)], True),
        ([(1, False), (2, False), (1, False)], False),
        ([(1, None), (1, None)], False),
        ([(1, None), (2, None)], True),
        ([(1, None), (1, False)], False),
    ],
)
@pytest.mark.parametrize("unit_ended", [True, False])
def test_a_line_that_starts_spans_again_after_the_parent_is_a_loop(
    rounds: list[tuple[int, bool | None]], *, counts: bool, unit_ended: bool
) -> None:
    """*rounds* are the lines that started spans, and whether the parent was open then."""
    item = crossing(Kind.ITEM)
    roots = [root(item, line=line, parent_open=parent_open) for line, parent_open in rounds]
    assert judge.orphans(roots, unit_ended=unit_ended) == (roots if counts else [])


def test_a_thread_that_began_with_the_request_may_outlast_it() -> None:
    """When the first span comes in time, the later steps of the same work count too."""
    thread = crossing(Kind.THREAD)
    roots = [root(thread, line=1), root(thread, line=2, parent_open=False)]
    assert judge.orphans(roots, unit_ended=True) == roots


@pytest.mark.parametrize("kind", [*LONG_LIVED, *ONE_JOB])
def test_only_jobs_end_with_their_hand_off(kind: Kind) -> None:
    assert judge.is_long_lived(kind) == (kind in LONG_LIVED)


@pytest.mark.parametrize("running", list(itertools.product([True, False], repeat=3)))
def test_the_holder_is_the_running_unit_nearest_to_the_loss(running: tuple[bool, ...]) -> None:
    first = crossing(Kind.THREAD, running=running[0])
    second = crossing(Kind.ITEM, first, running=running[1])
    third = crossing(Kind.TASK, second, running=running[2])
    units = [unit for unit in (first, second, third) if unit.running]
    assert judge.holder(third) is (units[0] if units else None)


def test_a_running_unit_before_the_loss_holds_nothing() -> None:
    """The request's own thread ends when the server does."""
    before = crossing(Kind.THREAD, running=True)
    loss = crossing(Kind.ITEM, before)
    loss.loss = loss
    assert judge.holder(loss) is None


def chain_of(*kinds: Kind, variant: str = "") -> Crossing:
    """Return the last hop of a lineage; *variant* is the first one's."""
    hop = crossing(kinds[0], variant=variant)
    for kind in kinds[1:]:
        hop = crossing(kind, hop)
    return hop


@pytest.mark.parametrize(
    ("kind", "variant", "code"),
    [
        (Kind.THREAD, "", "CTX101"),
        (Kind.THREAD, "subclass", "CTX101"),
        (Kind.TIMER, "", "CTX101"),
        (Kind.ITEM, "", "CTX102"),
        (Kind.ITEM, "process", "CTX103"),
        (Kind.PROCESS, "", "CTX103"),
    ],
)
@pytest.mark.parametrize("behind", [(), (Kind.ITEM,), (Kind.PROCESS, Kind.THREAD)])
def test_the_code_is_that_of_the_first_hop(
    kind: Kind, variant: str, code: str, behind: tuple[Kind, ...]
) -> None:
    finding = judge.parent_lost(root(chain_of(kind, *behind, variant=variant)))
    assert finding.code == code


def test_a_finding_names_the_hop_that_lost_it_and_the_way_from_there() -> None:
    before = crossing(Kind.THREAD, verdict=Verdict.KEPT)
    loss = crossing(Kind.ITEM, before, verdict=Verdict.LOST)
    loss.loss = loss
    thread = crossing(Kind.THREAD, loss)
    task = crossing(Kind.TASK, thread)
    orphan: Root = root(task)
    finding = judge.parent_lost(orphan)
    assert finding.loss is loss
    assert finding.hops == (loss, thread, task)
    assert finding.root is orphan
    assert finding.family is Family.PARENT_LOST
    assert finding.severity == "warning"


@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("explicit_context", [True, False])
@pytest.mark.parametrize("kind", SpanKind)
def test_a_root_is_an_entry_by_kind_context_or_link(
    kind: SpanKind, *, explicit_context: bool, linked: bool
) -> None:
    comes_from_outside = kind in (SpanKind.SERVER, SpanKind.CONSUMER)
    expected = comes_from_outside or explicit_context or linked
    assert judge.is_entry(kind.name, explicit_context=explicit_context, linked=linked) == expected


@pytest.mark.parametrize(
    ("stage", "running", "rounds", "expected"),
    [
        (Stage.RUNNING, True, 1, None),
        (Stage.RUNNING, True, 2, None),
        (Stage.RUNNING, False, 1, Family.LATE_CHILD),  # it has removed itself, and then began
        (Stage.ENDED, False, 1, Family.LATE_CHILD),
        (Stage.ENDED, False, 2, None),
        (Stage.STOPPED, False, 1, None),
        (Stage.STOPPED, False, 2, Family.PARENT_LEAKED),
        (Stage.PROCESS_ENDS, True, 1, None),
        (Stage.PROCESS_ENDS, True, 2, Family.PARENT_LEAKED),
        (Stage.PROCESS_ENDS, False, 2, None),
    ],
)
def test_a_reader_is_late_once_and_leaks_until_somebody_else_stops_it(
    stage: Stage, *, running: bool, rounds: int, expected: Family | None
) -> None:
    """Whose bytes a reader was called for is not known, but who removed it is."""
    reader = crossing(Kind.CALLBACK, verdict=Verdict.KEPT, running=running, variant="reader")
    roots = [root(reader, parent_open=False) for _ in range(rounds)]
    assert judge.inherited(reader, roots, stage) is expected


@pytest.mark.parametrize(
    ("error", "is_token", "is_of_this_runtime", "expected"),
    [
        (ValueError(), True, True, Fault.OTHER_CONTEXT),
        (ValueError(), True, False, Fault.NO_TOKEN),
        (RuntimeError(), True, True, Fault.TWICE),
        (TypeError(), False, False, Fault.NO_TOKEN),
        (AttributeError(), True, True, None),
        # A runtime context of another make has tokens and errors of its own.
        (ValueError(), False, False, None),
        (RuntimeError(), False, False, None),
    ],
)
def test_a_detach_that_failed_is_told_by_its_error_and_its_token(
    error: Exception, *, is_token: bool, is_of_this_runtime: bool, expected: Fault | None
) -> None:
    fault = judge.failed_detach(error, is_token=is_token, is_of_this_runtime=is_of_this_runtime)
    assert fault is expected
