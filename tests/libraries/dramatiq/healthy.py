# tree: POST /orders <- (root)
# tree: POST /orders <- (root)
# tree: charge 7 <- POST /orders
# tree: charge 8 <- POST /orders
# tree: send mail <- charge 7
# tree: send mail <- charge 8
# instrumentors: none | threading,asyncio
# python: 3.10+
import dramatiq
from dramatiq.brokers.stub import StubBroker
from opentelemetry import context
from opentelemetry.propagate import extract, inject
from opentelemetry.trace import SpanKind
from tracing import report, tracer


class Tracing(dramatiq.Middleware):
    def __init__(self):
        self.tokens = {}

    def before_enqueue(self, broker, message, delay):
        inject(message.options.setdefault("headers", {}))

    def before_process_message(self, broker, message):
        origin = extract(message.options["headers"])
        self.tokens[message.message_id] = context.attach(origin)

    def after_process_message(self, broker, message, *, result=None, exception=None):
        context.detach(self.tokens.pop(message.message_id))


broker = StubBroker()
broker.add_middleware(Tracing())
dramatiq.set_broker(broker)


@dramatiq.actor
def send_mail(customer):
    with tracer.start_as_current_span("send mail", kind=SpanKind.CONSUMER):
        print(customer)


@dramatiq.actor
def charge(order):
    with tracer.start_as_current_span(f"charge {order}"):
        send_mail.send(f"customer {order}")


if __name__ == "__main__":
    worker = dramatiq.Worker(broker, worker_threads=2)
    worker.start()
    with tracer.start_as_current_span("POST /orders"):
        charge.send(7)
    broker.join(charge.queue_name)
    worker.join()
    with tracer.start_as_current_span("POST /orders"):
        charge.send_with_options(args=(8,), delay=1)
    broker.join(charge.queue_name)
    worker.join()
    worker.stop()
    report()
