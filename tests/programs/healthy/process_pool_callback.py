# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /invoices <- (root)
# tree: store invoice <- POST /invoices
import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor
from contextvars import copy_context
from functools import partial

from tracing import report, tracer

stored = threading.Event()


def store(_):
    with tracer.start_as_current_span("store invoice"):
        pass
    stored.set()


def main():
    processes = multiprocessing.get_context("spawn")
    gate = processes.Manager()
    go = gate.Event()
    with gate, ProcessPoolExecutor(1, mp_context=processes) as pool:
        with tracer.start_as_current_span("POST /invoices"):
            parsing = pool.submit(go.wait)
            parsing.add_done_callback(partial(copy_context().run, store))
            go.set()
            stored.wait()


if __name__ == "__main__":
    main()
    report()
