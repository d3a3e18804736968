# tree: POST /orders <- (root)
# tree: first tick <- (root)
# tree: refresh <- (root)
# tree: remind customer <- POST /orders
# tree: second tick <- (root)
# tree: start-up <- (root)
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio
import contextvars
import threading

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.schedulers.background import BackgroundScheduler
from tracing import report, tracer

reminded = threading.Event()
rounds = iter(("first", "second"))
ticked = threading.Event()


def remind(customer):
    with tracer.start_as_current_span("remind customer"):
        print(customer)
    reminded.set()


def tick():
    if number := next(rounds, None):
        with tracer.start_as_current_span(f"{number} tick"):
            return
    ticked.set()


def in_threads():
    scheduler = BackgroundScheduler()
    scheduler.start()
    with tracer.start_as_current_span("start-up"):
        ticking = scheduler.add_job(tick, "interval", seconds=0.01, max_instances=1)
    ticked.wait()
    ticking.remove()
    with tracer.start_as_current_span("POST /orders"):
        scheduler.add_job(contextvars.copy_context().run, args=[remind, "ann"])
    reminded.wait()
    scheduler.shutdown()


async def in_loop():
    done = asyncio.Event()

    async def refresh():
        with tracer.start_as_current_span("refresh"):
            done.set()

    scheduler = AsyncIOScheduler()
    scheduler.add_job(refresh)
    scheduler.start()
    await done.wait()
    scheduler.shutdown()


if __name__ == "__main__":
    in_threads()
    asyncio.run(in_loop())
    report()
