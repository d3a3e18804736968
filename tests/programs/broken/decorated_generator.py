# family: parent_lost
# boundary: generator
# orphan: read line
# expected parent: read file
# instrumentors: none | threading,asyncio
# python: 3.10+
from tracing import report, tracer


@tracer.start_as_current_span("read file")
def read_file():
    for line in ("apples 7",):
        with tracer.start_as_current_span("read line"):  # <- orphan
            pass
        yield line


if __name__ == "__main__":
    lines = read_file()  # <- lost here
    assert list(lines) == ["apples 7"]
    report()
