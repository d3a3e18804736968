from tracing import report, tracer


def traced(items):
    for item in items:
        with tracer.start_as_current_span(f"item {item}"):
            yield item


for item in traced([1, 2, 3]):
    with tracer.start_as_current_span(f"handle {item}"):
        pass
with tracer.start_as_current_span("after"):
    pass
report()
