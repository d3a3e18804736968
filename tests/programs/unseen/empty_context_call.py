# family: parent_lost
# boundary: contextvars.Context.run
# orphan: run plugin
# expected parent: POST /plugins
# instrumentors: none | threading,asyncio
# python: 3.10+
from contextvars import Context

from tracing import report, tracer


def plugin():
    with tracer.start_as_current_span("run plugin"):  # <- orphan
        pass


if __name__ == "__main__":
    with tracer.start_as_current_span("POST /plugins"):
        Context().run(plugin)  # <- lost here
    report()
