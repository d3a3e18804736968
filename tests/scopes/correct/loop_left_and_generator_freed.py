from tracing import report, tracer


def rows():
    with tracer.start_as_current_span("read rows"):
        yield from range(3)


def first():
    for row in rows():
        if row == 1:
            return row
    return None


print(first())
with tracer.start_as_current_span("after"):
    pass
report()
