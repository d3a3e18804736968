# code: CTX708
# span: read rows
# orphan: send mail
from tracing import report, tracer


def rows():
    with tracer.start_as_current_span("read rows"):  # <- attached
        yield 1
        yield 2


reading = rows()
for row in reading:  # <- read
    print(row)
    break
with tracer.start_as_current_span("send mail"):  # <- orphan
    pass
reading.close()
report()
