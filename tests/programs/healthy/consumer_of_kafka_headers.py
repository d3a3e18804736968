# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: process order <- send order
# tree: send order <- POST /orders
from opentelemetry.propagate import extract, inject
from opentelemetry.propagators.textmap import Getter, Setter
from opentelemetry.trace import SpanKind
from tracing import report, tracer


class HeadersGetter(Getter):
    """Reads headers as Kafka has them: a list of pairs, the values bytes."""

    def get(self, carrier, key):
        return [value.decode() for name, value in carrier if name == key] or None

    def keys(self, carrier):
        return [name for name, _ in carrier]


class HeadersSetter(Setter):
    def set(self, carrier, key, value):
        carrier.append((key, value.encode()))


def send(topic, order):
    with tracer.start_as_current_span("send order", kind=SpanKind.PRODUCER):
        headers = [("content-type", b"text/plain")]
        inject(headers, setter=HeadersSetter())
        broker.append((topic, headers, order))


def poll():
    for _topic, headers, order in broker:
        origin = extract(headers, getter=HeadersGetter())
        with tracer.start_as_current_span(
            "process order", context=origin, kind=SpanKind.CONSUMER
        ) as span:
            span.set_attribute("order", order)


broker = []

if __name__ == "__main__":
    with tracer.start_as_current_span("POST /orders"):
        send("orders", 7)
    poll()
    report()
