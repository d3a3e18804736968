# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /new <- (root)
# tree: GET /old <- (root)
# tree: query <- GET /new
# tree: query <- GET /old
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from collecting import new_provider, report


class Shop:
    def __init__(self):
        self.configure()

    def configure(self):
        self.provider = new_provider()
        self.tracer = self.provider.get_tracer("shop")

    def query(self):
        with self.tracer.start_as_current_span("query"):
            pass

    def get(self, path, pool):
        with self.tracer.start_as_current_span(f"GET {path}"):
            pool.submit(copy_context().run, self.query).result()


if __name__ == "__main__":
    with ThreadPoolExecutor(1) as pool:
        shop = Shop()
        shop.get("/old", pool)
        shop.configure()
        shop.get("/new", pool)
    report()
