"""Snapshots as lines of JSON, in a fraction of the time that a general encoder takes.

At level debug every hand-off is written twice. What stands in such a record is the
same each time but for a few fields, so its text is kept by line of code, with gaps.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING

from ctxwatch.reporter import records

if TYPE_CHECKING:
    from opentelemetry.trace import SpanContext

    from ctxwatch.model import Site, Spot

#: Texts that are kept. When there are more, all are made anew.
MOST_TEXTS = 2_000

#: The fields that differ each time. `SnapshotLines.line` fills them in, in the record's order.
_GAPS = {
    "timestamp": '"%s.%06dZ"',
    "pid": "%d",
    "thread_id": "%d",
    "thread_name": "%s",
    "task": "%s",
    "crossing": "%s",
    "trace_id": '"%s"',
    "span_id": '"%s"',
    "is_valid": "%s",
}


class SnapshotLines:
    """Renders snapshots. One at a time: what the last one had in common is kept, too."""

    def __init__(self) -> None:
        # By ids of code objects, as to hash one takes a microsecond; the site keeps them unique.
        self._texts: dict[tuple[object, ...], tuple[str, Site]] = {}
        self._context: SpanContext | None = None
        self._ids = records.ids(None)
        self._second = 0
        self._second_text = ""

    def line(
        self,
        side: str,
        name: str,
        spot: Spot,
        site: Site,
        level: str,
        verdict: str | None = None,
        pid: int = 0,
        number: int = 0,
    ) -> str:
        """One line of JSON: the record of `records.snapshot`, which takes the same arguments."""
        place, library, _ = site
        key: tuple[object, ...] = id(place[0]), place[1], name, side, level, verdict
        if library is not None:
            key = (*key, id(library[0]), library[1])
        known = self._texts.get(key)
        if known is None:
            if len(self._texts) >= MOST_TEXTS:
                self._texts.clear()
            text = _text(records.snapshot(side, name, spot, site, level, verdict))
            known = self._texts[key] = text, site
        context, _, _, time_ns, spot_pid, thread_id, thread_name, task = spot
        if context is not self._context:
            self._context = context
            self._ids = records.ids(context)
        trace_id, span_id = self._ids
        second, microsecond = divmod(time_ns // 1_000, 1_000_000)
        if second != self._second:
            self._second = second
            self._second_text = records.second(second)
        return known[0] % (
            trace_id,
            span_id,
            context is not None,
            self._second_text,
            microsecond,
            spot_pid,
            thread_id,
            "null" if thread_name is None else encode_basestring_ascii(thread_name),
            "null" if task is None else encode_basestring_ascii(task),
            "null" if side == "manual" else f'"{pid:x}-{number:x}"',
            trace_id,
            span_id,
            "false" if context is None else "true",
        )


def _text(record: records.Record) -> str:
    """*record* as a line, with gaps for what the next one of its kind has different."""
    return "{" + ", ".join(f'"{name}": {_field(record, name)}' for name in record) + "}"


def _field(record: records.Record, name: str) -> str:
    if name == "event":
        label = json.dumps(f"[{record['label']}]")[1:-1].replace("%", "%%")
        return f'"{label} trace_id=%s span_id=%s is_valid=%s"'
    return _GAPS.get(name) or json.dumps(record[name]).replace("%", "%%")
