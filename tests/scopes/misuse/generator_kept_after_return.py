# code: CTX708
# span: read rows
# orphan: send mail
from tracing import report, tracer


class Table:
    def __init__(self):
        self.reading = self.rows()

    def rows(self):
        with tracer.start_as_current_span("read rows"):  # <- attached
            yield 1
            yield 2

    def first(self):
        for row in self.reading:  # <- read
            return row
        return None


table = Table()
print(table.first())
with tracer.start_as_current_span("send mail"):  # <- orphan
    pass
table.reading.close()
report()
