"""Plain values behind a pickle: how they travel to another process with a message.

Whatever follows the end of a pickle is not read, so a process that is not watched
unpickles the message as ever.
"""

from __future__ import annotations

from typing import Any

#: What ends a message that has something behind its pickle, which itself ends with a dot.
_MARK = b"\x00ctxwatch1\x00"
_LENGTH = 4


def of(values: tuple[Any, ...]) -> bytes:
    """What to send right behind a pickle."""
    import pickle  # which takes two milliseconds, and a program with pools has imported

    packed = pickle.dumps(values)
    return packed + len(packed).to_bytes(_LENGTH, "big") + _MARK


def read(message: bytes) -> tuple[Any, ...] | None:
    """The values behind the pickle that *message* begins with, None if there are none."""
    if not message.endswith(_MARK):
        return None
    end = len(message) - len(_MARK) - _LENGTH
    length = int.from_bytes(message[end : end + _LENGTH], "big")
    import pickle

    values: tuple[Any, ...] = pickle.loads(message[end - length : end])  # noqa: S301 - the message itself is a pickle
    return values
