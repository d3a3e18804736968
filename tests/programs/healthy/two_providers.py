# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /payments <- (root)
# tree: score payment <- POST /payments
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from collecting import new_provider, report

web = new_provider().get_tracer("web")
fraud = new_provider().get_tracer("fraud")
pool = ThreadPoolExecutor(max_workers=1)


def score(amount):
    with fraud.start_as_current_span("score payment"):
        return amount > 100


def pay(amount):
    with web.start_as_current_span("POST /payments"):
        return pool.submit(copy_context().run, score, amount).result()


if __name__ == "__main__":
    pay(30)
    report()
