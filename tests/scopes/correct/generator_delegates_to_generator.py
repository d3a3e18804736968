from tracing import report, tracer


def rows():
    with tracer.start_as_current_span("read rows"):
        yield from range(2)


def filtered():
    for row in rows():
        yield row + 1


for row in filtered():
    with tracer.start_as_current_span(f"handle {row}"):
        print(row)
report()
