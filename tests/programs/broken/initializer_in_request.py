# family: parent_lost
# boundary: ThreadPoolExecutor.submit
# orphan: load model
# expected parent: POST /score
# instrumentors: none
# python: 3.10+
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer


def load_model():
    with tracer.start_as_current_span("load model"):  # <- orphan
        pass


def post_score():
    with tracer.start_as_current_span("POST /score"):
        with ThreadPoolExecutor(1, initializer=load_model) as pool:
            return pool.submit(sum, [1, 2]).result()  # <- lost here


if __name__ == "__main__":
    post_score()
    report()
