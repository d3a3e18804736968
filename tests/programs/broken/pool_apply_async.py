# family: parent_lost
# boundary: Pool.apply_async
# orphan: fold protein
# expected parent: POST /proteins
# instrumentors: none | threading,asyncio
# python: 3.10+
import multiprocessing

from tracing import finished, report, tracer


def fold(protein):
    with tracer.start_as_current_span("fold protein") as span:  # <- orphan
        span.set_attribute("protein", protein)
    return finished()


def main():
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        with tracer.start_as_current_span("POST /proteins"):
            return pool.apply_async(fold, ("p53",)).get()  # <- lost here


if __name__ == "__main__":
    report(main())
