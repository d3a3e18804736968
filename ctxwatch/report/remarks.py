"""What there is to say of logs beside their findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctxwatch.report.load import Log


def remarks(log: Log) -> list[str]:
    """What else there is to know of *log*, a line each: what is missing, and what was unusual."""
    lines = []
    if log.roots:
        lines.append(f"{counted(log.roots, 'root span')} without evidence of a loss")
    if log.unsampled:
        lines.append(f"{counted(log.unsampled, 'span')} not sampled: that is no loss")
    lines += [f"detached on purpose: {n}, {reason}" for reason, n in log.on_purpose.items()]
    if log.unfinished:
        processes = counted(log.unfinished, "process has", "processes have")
        lines.append(f"{processes} written no summary: still running, or killed")
    if log.held_back:
        lines.append(f"{counted(log.held_back, 'hand-off')} counted, but not written one by one")
    if log.dropped:
        lines.append(f"{counted(log.dropped, 'record')} could not be written")
    if log.more_findings:
        lines.append(f"{counted(log.more_findings, 'record')} of further findings left out")
    lines += [f"{event} ({counted(n, 'time')})" for event, n in log.warnings.items()]
    if log.broken_count:
        lines.append(f"{counted(log.broken_count, 'line')} could not be read:")
        lines += [f"  {broken}" for broken in log.broken]
        more = log.broken_count - len(log.broken)
        lines += [f"  and {more} more"] if more else []
    return lines


def counted(number: int, one: str, many: str | None = None) -> str:
    """*number* with its noun, in the singular or the plural."""
    return f"{number} {one if number == 1 else many or one + 's'}"
