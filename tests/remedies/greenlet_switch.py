# remedy: greenlet.switch
# libraries: greenlet
import greenlet
from tracing import report, tracer


def work(name):
    with tracer.start_as_current_span("read row"):
        print(f"read {name}")


if __name__ == "__main__":
    args = ("cat",)
    with tracer.start_as_current_span("POST /rows"):
        # hand-off
        worker = greenlet.greenlet(work)
        worker.switch(*args)
        # end of hand-off
    report()
