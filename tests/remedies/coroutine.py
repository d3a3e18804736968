# remedy: coroutine
import asyncio

from tracing import report, tracer


async def work(order):
    with tracer.start_as_current_span("send receipt"):
        print(f"sent {order}")


def order(*args):
    # hand-off
    with tracer.start_as_current_span("POST /orders"):
        return work(*args)
    # end of hand-off


async def main():
    await order(7)


if __name__ == "__main__":
    asyncio.run(main())
    report()
