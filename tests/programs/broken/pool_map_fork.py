# family: parent_lost
# boundary: Pool.map
# orphan: fold protein
# expected parent: POST /proteins
# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
import multiprocessing

from tracing import finished, report, tracer


def fold(protein):
    with tracer.start_as_current_span("fold protein") as span:  # <- orphan
        span.set_attribute("protein", protein)
    return finished()


def main():
    with multiprocessing.get_context("fork").Pool(1) as pool:
        with tracer.start_as_current_span("POST /proteins"):
            spans = pool.map(fold, ["p53", "p63"])  # <- lost here
    return spans[-1]


if __name__ == "__main__":
    report(main())
