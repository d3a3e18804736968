from contextvars import ContextVar, Token

from opentelemetry import context
from tracing import report, tracer

runtime = context._RUNTIME_CONTEXT
variable = runtime._current_context
assert isinstance(variable, ContextVar)
before = context.get_current()
token = context.attach(context.set_value("user", "ann"))
assert type(token) is Token
assert token.var is variable
assert token.old_value is Token.MISSING or token.old_value is before
assert repr(token).startswith("<Token var=")
variable.reset(token)
assert context.get_current() is before
assert repr(token).startswith("<Token used var=")

for number in range(3):
    token = runtime.attach(context.set_value("user", "ann"))
    with tracer.start_as_current_span(f"work {number}"):
        print(context.get_value("user"))
    runtime.detach(token)
assert context.get_current() is before
report()
