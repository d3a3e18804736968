# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /index <- (root)
# tree: rotate keys <- (root)
import threading

from tracing import report, tracer


def rotate_keys():
    with tracer.start_as_current_span("rotate keys"):
        pass


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /index"):
        pass
    rotation = threading.Thread(target=rotate_keys)
    rotation.start()
    rotation.join()
    report()
