# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: start up <- (root)
import queue
import threading

from collecting import new_provider, report
from opentelemetry import context, trace
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased

quiet = new_provider(sampler=ParentBased(ALWAYS_OFF)).get_tracer("shop")
trace.set_tracer_provider(new_provider())
mails = queue.Queue()


def work():
    token = context.attach(mails.get())
    with quiet.start_as_current_span("send mail") as span:
        assert not span.is_recording()
    context.detach(token)


if __name__ == "__main__":
    with trace.get_tracer("shop").start_as_current_span("start up"):
        pass
    worker = threading.Thread(target=work)
    worker.start()
    with quiet.start_as_current_span("POST /orders"):
        mails.put(context.get_current())
    worker.join()
    report()
