# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /reminders <- (root)
# tree: send reminder <- POST /reminders
import sched
import threading
from contextvars import copy_context

from tracing import report, tracer

reminders = sched.scheduler()
stored = threading.Event()


def run():
    stored.wait()
    reminders.run()


def remind(who):
    with tracer.start_as_current_span("send reminder") as span:
        span.set_attribute("who", who)


def post_reminder():
    with tracer.start_as_current_span("POST /reminders"):
        reminders.enter(0, 1, copy_context().run, (remind, "ann"))


if __name__ == "__main__":
    runner = threading.Thread(target=run)
    runner.start()
    post_reminder()
    stored.set()
    runner.join()
    report()
