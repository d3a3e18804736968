"""Our layer in other people's classes: where it goes in, and that it comes out again.

The other layers are real: wrapt's, put on as the instrumentors do and taken off
with OpenTelemetry's own `unwrap`.
"""

from __future__ import annotations

import inspect
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.instrumentation.utils import unwrap
from support import HANG, environment
from wrapt import wrap_function_wrapper

from ctxwatch import patching


@pytest.fixture(autouse=True)
def _own_patches(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test starts without patches, and may leave some."""
    monkeypatch.setattr(patching, "_patches", [])
    return


class Layers:
    """Classes made anew, whose `work` is called through layers that count themselves."""

    def __init__(self, *, inherited: bool = False) -> None:
        class Base:
            def work(self, value: int = 1) -> int:
                """Double it."""
                return value * 2

        class Inheriting(Base):
            pass

        self.base: Any = Base
        self.owner: Any = Inheriting if inherited else Base
        self.original = vars(Base)["work"]
        self.calls: list[str] = []

    def patch(self) -> None:
        patching.patch(self.owner, "work", self.ours)

    def ours(self, original: Callable[..., int]) -> Callable[..., int]:
        def work(this: Any, *args: Any, **kwargs: Any) -> int:
            self.calls.append("ours")
            return original(this, *args, **kwargs)

        return work

    def wrap(self, name: str = "theirs", owner: Any = None) -> None:
        def wrapper(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
            assert isinstance(instance, self.owner)
            self.calls.append(name)
            return wrapped(*args, **kwargs)

        wrap_function_wrapper(owner or self.owner, "work", wrapper)

    def unwrap(self) -> None:
        unwrap(self.owner, "work")

    def call(self) -> list[str]:
        """Call `work` and return the layers that were passed, outermost first."""
        self.calls.clear()
        assert self.owner().work(value=21) == 42
        return list(self.calls)


@pytest.mark.parametrize("inherited", [False, True])
def test_a_plain_method_is_replaced_and_put_back(*, inherited: bool) -> None:
    layers = Layers(inherited=inherited)
    layers.patch()
    assert layers.call() == ["ours"]
    assert patching.unpatch_all() == []
    assert layers.call() == []
    assert ("work" in vars(layers.owner)) != inherited
    assert layers.owner.work is layers.original


def test_an_inherited_method_is_replaced_in_the_subclass_alone() -> None:
    layers = Layers(inherited=True)
    layers.patch()
    layers.base().work()
    assert layers.calls == []
    assert vars(layers.base)["work"] is layers.original


def test_a_module_s_function_is_replaced_and_put_back() -> None:
    module = types.ModuleType("shop.tracing")
    vars(module)["work"] = original = len
    patching.patch(module, "work", lambda inner: lambda value: inner(value) + 1)
    assert module.work("abc") == 4
    assert patching.labels() == ["shop.tracing.work"]
    assert patching.unpatch_all() == []
    assert module.work is original


def test_the_replacement_looks_like_the_original() -> None:
    layers = Layers()
    layers.patch()
    ours = vars(layers.owner)["work"]
    assert type(ours) is types.FunctionType
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        assert getattr(ours, name) == getattr(layers.original, name)
    assert inspect.signature(ours) == inspect.signature(layers.original)


def test_labels_are_in_order_and_as_the_user_writes_them() -> None:
    first, second = Layers(), Layers(inherited=True)
    first.patch()
    second.patch()
    patching.add(second.owner, "rest", lambda _self: None)
    assert patching.labels() == [
        f"{__name__}.Base.work",
        f"{__name__}.Inheriting.work",
        f"{__name__}.Inheriting.rest",
    ]
    patching.unpatch_all()
    assert patching.labels() == []


def test_what_was_added_is_taken_away() -> None:
    layers = Layers(inherited=True)
    patching.add(layers.owner, "rest", lambda _self: "rested")
    assert layers.owner().rest() == "rested"
    assert patching.unpatch_all() == []
    assert not hasattr(layers.owner, "rest")


@pytest.mark.parametrize("inherited", [False, True])
@pytest.mark.parametrize("wrapped", [1, 2])
def test_ours_goes_in_under_what_is_there(wrapped: int, *, inherited: bool) -> None:
    """Theirs stays outermost, so that their `unwrap` finds it."""
    layers = Layers(inherited=inherited)
    for number in range(wrapped):
        layers.wrap(f"theirs {number}")
    layers.patch()
    theirs = [f"theirs {number}" for number in reversed(range(wrapped))]
    assert layers.call() == [*theirs, "ours"]
    for left in range(wrapped - 1, -1, -1):
        layers.unwrap()
        assert layers.call() == [*theirs[wrapped - left :], "ours"]
    assert patching.unpatch_all() == []
    assert layers.call() == []


@pytest.mark.parametrize("wrapped", [1, 2])
def test_it_comes_out_from_under_what_came_later(wrapped: int) -> None:
    layers = Layers()
    layers.patch()
    for number in range(wrapped):
        layers.wrap(f"theirs {number}")
    theirs = [f"theirs {number}" for number in reversed(range(wrapped))]
    assert layers.call() == [*theirs, "ours"]
    assert patching.unpatch_all() == []
    assert layers.call() == theirs
    for _ in range(wrapped):
        layers.unwrap()
    assert layers.owner.work is layers.original


def orders() -> Iterator[tuple[str, ...]]:
    """Every order of two rounds of patch, unpatch and two of wrap, unwrap."""

    def merge(ours: tuple[str, ...], theirs: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if not ours or not theirs:
            yield ours + theirs
            return
        yield from ((ours[0], *rest) for rest in merge(ours[1:], theirs))
        yield from ((theirs[0], *rest) for rest in merge(ours, theirs[1:]))

    yield from merge(("patch", "unpatch") * 2, ("wrap", "unwrap") * 2)


@pytest.mark.parametrize("inherited", [False, True])
@pytest.mark.parametrize("steps", list(orders()), ids="-".join)
def test_any_order_of_ours_and_theirs(steps: tuple[str, ...], *, inherited: bool) -> None:
    """After each step exactly those layers are passed that ought to be there."""
    layers = Layers(inherited=inherited)
    ours: list[str] = []
    theirs: list[str] = []
    for step in steps:
        if step == "patch":
            layers.patch()
            ours = ["ours"]
        elif step == "unpatch":
            assert patching.unpatch_all() == []
            ours = []
        elif step == "wrap":
            layers.wrap()
            theirs = ["theirs"]
        else:
            layers.unwrap()
            theirs = []
        assert sorted(layers.call()) == ours + theirs
    assert layers.owner.work is layers.original
    assert vars(layers.base)["work"] is layers.original


def test_a_patch_under_a_foreign_function_stays_and_is_named() -> None:
    """Somebody has kept a reference to it: taking theirs away would break them."""
    layers, free = Layers(), Layers()
    layers.patch()
    free.patch()
    inner = layers.owner.work

    def foreign(self: Any, **kwargs: int) -> int:
        layers.calls.append("foreign")
        return inner(self, **kwargs)

    layers.owner.work = foreign
    assert patching.unpatch_all() == [f"{__name__}.Base.work"]
    assert layers.owner.work is foreign
    assert layers.call() == ["foreign", "ours"]
    assert free.call() == []


@pytest.mark.parametrize("base_is_wrapped", [False, True])
def test_a_wrapper_on_what_a_subclass_inherits_lets_go_of_ours_too(
    *, base_is_wrapped: bool
) -> None:
    """As ThreadingInstrumentor does: it wraps `Thread.start`, then what `Timer` has of it."""
    layers = Layers(inherited=True)
    patching.patch(layers.base, "work", layers.ours)
    below = ["theirs below"] if base_is_wrapped else []
    for name in below:
        layers.wrap(name, layers.base)
    layers.wrap()
    assert layers.call() == ["theirs", *below, "ours"]
    assert patching.unpatch_all() == []
    assert layers.call() == ["theirs", *below]


@pytest.mark.parametrize("inherited", [False, True])
def test_is_wrapped_tells_a_proxy_from_a_function(*, inherited: bool) -> None:
    layers = Layers(inherited=inherited)
    assert not patching.is_wrapped(layers.owner, "work")
    layers.patch()
    assert not patching.is_wrapped(layers.owner, "work")
    layers.wrap()
    assert patching.is_wrapped(layers.owner, "work")
    layers.unwrap()
    assert not patching.is_wrapped(layers.owner, "work")


def test_is_wrapped_looks_at_what_the_class_uses() -> None:
    class Base:
        def work(self) -> None: ...

    class Inheriting(Base):
        pass

    class Overriding(Base):
        def work(self) -> None: ...

    wrap_function_wrapper(Base, "work", lambda wrapped, _i, args, kwargs: wrapped(*args, **kwargs))
    assert patching.is_wrapped(Inheriting, "work")
    assert not patching.is_wrapped(Overriding, "work")
    assert not patching.is_wrapped(Base, "rest")


def test_wrapt_without_its_extension_is_known_as_well() -> None:
    """Its proxies in Python answer with the wrapped function's names, and have no module."""
    tests = f"{__file__}::test_any_order_of_ours_and_theirs"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests],
        env=environment(WRAPT_DISABLE_EXTENSIONS="1"),
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=HANG,
        check=False,
    )
    assert done.returncode == 0, done.stdout
