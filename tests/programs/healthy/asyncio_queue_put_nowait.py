# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: send mail <- POST /orders
import asyncio

from opentelemetry import context
from tracing import report, tracer


async def work(mails):
    while True:
        mail, origin = await mails.get()
        with tracer.start_as_current_span("send mail", context=origin) as span:
            span.set_attribute("mail", mail)
        mails.task_done()


async def main():
    mails = asyncio.Queue()
    worker = asyncio.create_task(work(mails))
    with tracer.start_as_current_span("POST /orders"):
        mails.put_nowait((7, context.get_current()))
        await mails.join()
    worker.cancel()


if __name__ == "__main__":
    asyncio.run(main())
    report()
