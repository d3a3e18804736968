# code: CTX704
# span: tool
# orphan: next
from opentelemetry import context, trace
from tracing import report, tracer


class Hooks:
    def __init__(self):
        self.open = {}

    def start(self, name):
        span = tracer.start_span(name)
        token = context.attach(trace.set_span_in_context(span))  # <- attached, inner
        self.open[name] = span, token

    def end(self, name):
        span, token = self.open.pop(name)
        context.detach(token)  # <- detached, inner_detached
        span.end()


hooks = Hooks()
hooks.start("tool")
hooks.start("model")
hooks.end("tool")
hooks.end("model")
with tracer.start_as_current_span("next"):  # <- orphan
    pass
report()
