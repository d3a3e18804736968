# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: POST /orders <- (root)
# tree: send mail <- POST /orders
import asyncio

import uvloop
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
        await mails.put(("order 7", context.get_current()))
        await mails.join()
    worker.cancel()


if __name__ == "__main__":
    uvloop.run(main())
    report()
