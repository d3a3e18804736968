# remedy: Pool.map
import multiprocessing

from tracing import finished, report, tracer


def work(photo):
    with tracer.start_as_current_span("render thumbnail"):
        thumbnail = f"thumbnail of {photo}"
    return thumbnail, finished()


def post_photos(pool, items):
    with tracer.start_as_current_span("POST /photos"):
        # hand-off
        results = pool.map(work, items)
        # end of hand-off
    print([thumbnail for thumbnail, _ in results])
    return results[-1][1]


if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        report(post_photos(pool, ["cat", "dog"]))
