# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: gevent
# tree: GET /sum <- (root)
# tree: add up <- GET /sum
from gevent.pool import Pool
from tracing import report, tracer

if __name__ == "__main__":
    with tracer.start_as_current_span("GET /sum"):
        squares = Pool(2).map(lambda number: number**2, [1, 2])
        with tracer.start_as_current_span("add up") as span:
            span.set_attribute("total", sum(squares))
    report()
