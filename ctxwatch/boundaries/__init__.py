"""The places where work is handed from one unit to another, one module a family.

Each module says what is handed over, where both sides are seen, and what is
skipped and why. Each lists its probes in `PROBES`: for a module of the program,
what to patch once that module has been imported.
"""

from __future__ import annotations

from ctxwatch.boundaries import executors, processes, queues, tasks, threads

#: Module name -> what to call with the module right after its import.
PROBES = {
    **threads.PROBES,
    **executors.PROBES,
    **processes.PROBES,
    **tasks.PROBES,
    **queues.PROBES,
}
