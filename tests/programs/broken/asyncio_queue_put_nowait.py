# family: parent_lost
# boundary: asyncio.Queue.put_nowait
# orphan: send mail
# expected parent: POST /orders
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio

from tracing import report, tracer


async def work(mails):
    while True:
        mail = await mails.get()
        with tracer.start_as_current_span("send mail") as span:  # <- orphan
            span.set_attribute("mail", mail)
        mails.task_done()


async def main():
    mails = asyncio.Queue()
    worker = asyncio.create_task(work(mails))
    with tracer.start_as_current_span("POST /orders"):
        mails.put_nowait(7)  # <- lost here
        await mails.join()
    worker.cancel()


if __name__ == "__main__":
    asyncio.run(main())
    report()
