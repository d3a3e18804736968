# code: CTX705
# span: model
# orphan: next question
from opentelemetry import context, trace
from tracing import report, tracer


class Hooks:
    def on_start(self):
        self.span = tracer.start_span("model")
        self.token = context.attach(trace.set_span_in_context(self.span))  # <- attached

    def on_end(self):
        self.span.end()


hooks = Hooks()
hooks.on_start()
hooks.on_end()
with tracer.start_as_current_span("next question"):  # <- orphan
    pass
report()
