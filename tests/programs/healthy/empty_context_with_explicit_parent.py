# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /plugins <- (root)
# tree: run plugin <- POST /plugins
from contextvars import Context

from opentelemetry import context
from tracing import report, tracer


def plugin(origin):
    with tracer.start_as_current_span("run plugin", context=origin):
        pass


if __name__ == "__main__":
    with tracer.start_as_current_span("POST /plugins"):
        Context().run(plugin, context.get_current())
    report()
