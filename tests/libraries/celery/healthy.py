# tree: POST /orders <- (root)
# tree: POST /totals <- (root)
# tree: apply_async/charge <- (root)
# tree: apply_async/charge <- POST /orders
# tree: apply_async/charge <- POST /totals
# tree: apply_async/charge <- POST /totals
# tree: apply_async/mail <- run/charge
# tree: apply_async/mail <- send mail
# tree: charge card <- run/charge
# tree: charge card <- run/charge
# tree: charge card <- run/charge
# tree: charge card <- run/charge
# tree: run/charge <- apply_async/charge
# tree: run/charge <- apply_async/charge
# tree: run/charge <- apply_async/charge
# tree: run/charge <- apply_async/charge
# tree: run/mail <- apply_async/mail
# tree: run/mail <- apply_async/mail
# tree: send mail <- run/mail
# tree: send mail <- run/mail
# instrumentors: none | threading,asyncio
# python: 3.10+
from celery import Celery, chain, group
from celery.contrib.testing.worker import start_worker
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from tracing import report, tracer

CeleryInstrumentor().instrument()
shop = Celery("shop", broker="memory://", backend="cache+memory://")


@shop.task(name="charge")
def charge(order):
    with tracer.start_as_current_span("charge card"):
        return f"charged {order}"


@shop.task(name="mail", bind=True, max_retries=1, default_retry_delay=0)
def mail(self, text):
    with tracer.start_as_current_span("send mail"):
        if not self.request.retries:
            raise self.retry()
        return f"mailed: {text}"


@shop.task(name="count")
def count(texts):
    with tracer.start_as_current_span("count"):
        return len(texts)


if __name__ == "__main__":
    with start_worker(shop, perform_ping_check=False, loglevel="CRITICAL"):
        with tracer.start_as_current_span("POST /orders"):
            print(chain(charge.s(7), mail.s()).delay().get())
        with tracer.start_as_current_span("POST /totals"):
            print(group(charge.s(number) for number in range(2)).delay().get())
        print(charge.delay(8).get())
    report()
