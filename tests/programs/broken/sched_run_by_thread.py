# family: parent_lost
# boundary: sched.scheduler.enter
# orphan: send reminder
# expected parent: POST /reminders
# instrumentors: none | threading,asyncio
# python: 3.10+
import sched
import threading

from tracing import report, tracer

reminders = sched.scheduler()
stored = threading.Event()


def run():
    stored.wait()
    reminders.run()


def remind(who):
    with tracer.start_as_current_span("send reminder") as span:  # <- orphan
        span.set_attribute("who", who)


def post_reminder():
    with tracer.start_as_current_span("POST /reminders"):
        reminders.enter(0, 1, remind, ("ann",))  # <- lost here


if __name__ == "__main__":
    runner = threading.Thread(target=run)
    runner.start()
    post_reminder()
    stored.set()
    runner.join()
    report()
