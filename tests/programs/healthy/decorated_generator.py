# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: read file <- (root)
# tree: read line <- read file
from tracing import report, tracer


def read_file():
    with tracer.start_as_current_span("read file"):
        for line in ("apples 7",):
            with tracer.start_as_current_span("read line"):
                pass
            yield line


if __name__ == "__main__":
    lines = read_file()
    assert list(lines) == ["apples 7"]
    report()
