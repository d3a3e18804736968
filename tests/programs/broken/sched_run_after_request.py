# family: parent_lost
# boundary: sched.scheduler.enter
# orphan: send reminder
# expected parent: POST /reminders
# instrumentors: none | threading,asyncio
# python: 3.10+
import sched

from tracing import report, tracer

reminders = sched.scheduler()


def remind(who):
    with tracer.start_as_current_span("send reminder") as span:  # <- orphan
        span.set_attribute("who", who)


def post_reminder():
    with tracer.start_as_current_span("POST /reminders"):
        reminders.enter(0, 1, remind, kwargs={"who": "ann"})  # <- lost here


if __name__ == "__main__":
    post_reminder()
    reminders.run()
    report()
