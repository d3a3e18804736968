"""What kind of process this is, as far as that decides what is written in it."""

from __future__ import annotations

import sys


def is_multiprocessing_child() -> bool:
    """Whether multiprocessing started this process."""
    process = sys.modules.get("multiprocessing.process")
    return process is not None and process.parent_process() is not None


def is_helper_process() -> bool:
    """Whether this process only serves multiprocessing: it stays silent."""
    arguments = getattr(sys, "orig_argv", sys.argv)
    return any("from multiprocessing.forkserver import main" in text for text in arguments) or any(
        "from multiprocessing.resource_tracker import main" in text for text in arguments
    )
