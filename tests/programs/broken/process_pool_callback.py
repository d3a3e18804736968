# family: parent_lost
# boundary: Future.add_done_callback
# orphan: store invoice
# expected parent: POST /invoices
# instrumentors: none | threading,asyncio
# python: 3.10+
import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor

from tracing import report, tracer

stored = threading.Event()


def store(_):
    with tracer.start_as_current_span("store invoice"):  # <- orphan
        pass
    stored.set()


def main():
    processes = multiprocessing.get_context("spawn")
    gate = processes.Manager()
    go = gate.Event()
    with gate, ProcessPoolExecutor(1, mp_context=processes) as pool:
        with tracer.start_as_current_span("POST /invoices"):
            parsing = pool.submit(go.wait)
            parsing.add_done_callback(store)  # <- lost here
            go.set()
            stored.wait()


if __name__ == "__main__":
    main()
    report()
