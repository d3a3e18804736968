# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: run plugin <- (root)
# tree: start up <- (root)
from contextvars import Context

from tracing import report, tracer


def plugin():
    with tracer.start_as_current_span("run plugin"):
        pass


if __name__ == "__main__":
    with tracer.start_as_current_span("start up"):
        pass
    Context().run(plugin)
    report()
