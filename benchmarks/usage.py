"""What this process has used so far."""

from __future__ import annotations

import gc
import os
import sys
import time


def resident() -> int:
    """Bytes in memory, garbage not counted. Where the system does not tell: at its peak."""
    gc.collect()
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


def cpu() -> int:
    """Nanoseconds of CPU, all threads together, user and system."""
    return time.process_time_ns()
