import asyncio
import threading

from opentelemetry import context, trace
from tracing import report, tracer


def work(origin):
    context.attach(origin)
    with tracer.start_as_current_span("thread's"):
        pass


async def job(origin):
    context.attach(origin)
    with tracer.start_as_current_span("task's"):
        await asyncio.sleep(0)


async def main(origin):
    await asyncio.gather(job(origin), job(origin))


with tracer.start_as_current_span("POST /orders"):
    origin = context.get_current()
    thread = threading.Thread(target=work, args=(origin,))
    thread.start()
    thread.join()
asyncio.run(main(trace.set_span_in_context(trace.INVALID_SPAN)))
report()
