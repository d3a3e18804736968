# remedy: CTX707
from tracing import report, tracer


def work(number):
    print("order", number)


def request(*args):
    # hand-off
    span = tracer.start_span("POST /orders")
    work(*args)
    span.set_attribute("number", args[0])
    # end of hand-off


request(7)
with tracer.start_as_current_span("next"):
    pass
report()
