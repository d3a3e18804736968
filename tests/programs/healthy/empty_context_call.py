# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /plugins <- (root)
# tree: run plugin <- POST /plugins
from contextvars import copy_context

from tracing import report, tracer


def plugin():
    with tracer.start_as_current_span("run plugin"):
        pass


if __name__ == "__main__":
    with tracer.start_as_current_span("POST /plugins"):
        copy_context().run(plugin)
    report()
