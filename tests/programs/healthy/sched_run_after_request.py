# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /reminders <- (root)
# tree: send reminder <- POST /reminders
import sched
from contextvars import copy_context

from tracing import report, tracer

reminders = sched.scheduler()


def remind(who):
    with tracer.start_as_current_span("send reminder") as span:
        span.set_attribute("who", who)


def post_reminder():
    with tracer.start_as_current_span("POST /reminders"):
        reminders.enter(0, 1, copy_context().run, (remind,), kwargs={"who": "ann"})


if __name__ == "__main__":
    post_reminder()
    reminders.run()
    report()
