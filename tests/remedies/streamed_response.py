# remedy: streamed response
from tracing import report, tracer
from werkzeug import Response


def work(number):
    for _ in range(number):
        with tracer.start_as_current_span("format row"):
            row = "apples "
        yield row


def export(*args):
    with tracer.start_as_current_span("POST /export"):
        # hand-off
        return Response(work(*args))
        # end of hand-off


if __name__ == "__main__":
    print(export(2).get_data(as_text=True))
    report()
