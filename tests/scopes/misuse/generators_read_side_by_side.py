# code: CTX704
# span: left
# orphan: next
from tracing import report, tracer


def left():
    with tracer.start_as_current_span("left"):  # <- attached, detached
        yield 1
        yield 2


def right():
    with tracer.start_as_current_span("right"):  # <- inner, inner_detached
        yield 1
        yield 2


for pair in zip(left(), right(), strict=True):
    print(pair)
with tracer.start_as_current_span("next"):  # <- orphan
    pass
report()
