"""Streamed responses: bodies that a WSGI server reads once the request's span has ended.

Handed over: a generator that a response is made of. Origin: the making of the
response. Arrival: the start of a span without parent in the generator's frame, as
for all bodies that run later (boundaries/deferred.py).

Where the view returns the generator itself and the framework makes the response of
it, the generator's own function is named.

Skipped: other iterators, which have no frame, and ASGI frameworks, whose
instrumentations keep the request's span open until the body has been read.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from ctxwatch import crossings, current, patching, sites
from ctxwatch.boundaries import deferred
from ctxwatch.guard import Probe
from ctxwatch.model import Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

_BOUNDARY = "streamed response"

_make = Probe(_BOUNDARY)


def _patch_init(attribute: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Watch the making of responses that keep their body in *attribute*."""

    def make(original: Callable[..., None]) -> Callable[..., None]:
        def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - shown in tracebacks under this name
            original(self, *args, **kwargs)
            if _make.on:
                try:
                    _made(vars(self).get(attribute))
                except Exception:
                    _make.failed()

        return __init__

    return make


def _made(body: Any) -> None:
    if type(body) is not types.GeneratorType:
        return
    span = current.span_here()
    site = None if span is None else sites.find(2)
    if site is None:
        return
    maker = site.place
    by_framework = isinstance(maker, Place) and not sites.is_users(maker.code)
    if by_framework and sites.is_users(body.gi_code):
        site = site._replace(place=Place(body.gi_code, 0))
    deferred.keep(body, crossings.put_by(_BOUNDARY, current.spot(span), site))


def _install_werkzeug(module: ModuleType) -> None:
    patching.patch(module.Response, "__init__", _patch_init("response"))


def _install_django(module: ModuleType) -> None:
    patching.patch(module.StreamingHttpResponse, "__init__", _patch_init("_iterator"))


PROBES = {
    "werkzeug.wrappers.response": _install_werkzeug,
    "django.http.response": _install_django,
}
