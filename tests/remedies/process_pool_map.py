# remedy: ProcessPoolExecutor.map
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from tracing import finished, report, tracer


def work(photo):
    with tracer.start_as_current_span(f"render {photo}"):
        thumbnail = f"thumbnail of {photo}"
    return thumbnail, finished()


def post_photos(pool, items):
    with tracer.start_as_current_span("POST /photos"):
        # hand-off
        results = list(pool.map(work, items))
        # end of hand-off
    print([thumbnail for thumbnail, _ in results])
    return results[-1][1]


if __name__ == "__main__":
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        report(post_photos(pool, ["cat"]))
