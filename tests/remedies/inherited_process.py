# remedy: inherited process
import multiprocessing

from tracing import finished, report, tracer


def work(item):
    with tracer.start_as_current_span("resize photo"):
        photo = f"resized {item}"
    return photo, finished()


def make_pool():
    with tracer.start_as_current_span("POST /albums"):
        # hand-off
        pool = multiprocessing.get_context("fork").Pool(1)
        # end of hand-off
    return pool


def main():
    spans = []
    with make_pool() as pool:
        for item in (1, 2):
            with tracer.start_as_current_span("POST /photos"):
                photo, more = pool.apply(work, (item,))
            print(photo)
            spans += more
    return spans


if __name__ == "__main__":
    report(main())
