# remedy: generator
from tracing import report, tracer


def work(number):
    for _ in range(number):
        with tracer.start_as_current_span("format row"):
            row = "apples"
        yield row


def export(*args):
    # hand-off
    with tracer.start_as_current_span("POST /export"):
        return work(*args)
    # end of hand-off


if __name__ == "__main__":
    print(list(export(2)))
    report()
