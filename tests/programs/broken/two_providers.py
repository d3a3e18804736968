# family: parent_lost
# boundary: ThreadPoolExecutor.submit
# orphan: score payment
# expected parent: POST /payments
# instrumentors: none
# python: 3.10+
from concurrent.futures import ThreadPoolExecutor

from collecting import new_provider, report

web = new_provider().get_tracer("web")
fraud = new_provider().get_tracer("fraud")
pool = ThreadPoolExecutor(max_workers=1)


def score(amount):
    with fraud.start_as_current_span("score payment"):  # <- orphan
        return amount > 100


def pay(amount):
    with web.start_as_current_span("POST /payments"):
        return pool.submit(score, amount).result()  # <- lost here


if __name__ == "__main__":
    pay(30)
    report()
