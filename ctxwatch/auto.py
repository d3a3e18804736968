"""``import ctxwatch.auto`` switches the agent on, unless CTXWATCH=0."""

from __future__ import annotations

from ctxwatch.startup import activate

activate(force=True)
