"""The floor: functions that do nothing but call the original, where ctxwatch has its own.

What these cost, no agent written in Python can save.
"""

from __future__ import annotations

import asyncio
import concurrent.futures.thread
import queue
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

#: The functions that the measured hand-offs go through and ctxwatch patches.
_PLACES = (
    (asyncio.BaseEventLoop, "create_task"),
    (concurrent.futures.thread._WorkItem, "__init__"),
    (concurrent.futures.thread._WorkItem, "run"),
    (threading.Thread, "start"),
    (threading.Thread, "_bootstrap_inner"),
    (queue.Queue, "_put"),
    (queue.Queue, "_get"),
    (queue.Queue, "_qsize"),
)


def patch() -> None:
    """Put one at every place, for good."""
    for owner, name in _PLACES:
        setattr(owner, name, _through(getattr(owner, name)))


def _through(original: Callable[..., Any]) -> Callable[..., Any]:
    def through(self: Any, *args: Any, **kwargs: Any) -> Any:
        return original(self, *args, **kwargs)

    return through
