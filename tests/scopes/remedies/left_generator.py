# remedy: CTX708
from tracing import report, tracer


def rows():
    with tracer.start_as_current_span("read rows"):
        yield from range(3)


def work(number):
    with tracer.start_as_current_span("next"):
        print("order", number)


args = (7,)
# hand-off
reading = rows()
for row in reading:
    break
work(*args)
# end of hand-off
report()
