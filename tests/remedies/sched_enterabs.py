# remedy: sched.scheduler.enterabs
import sched

from tracing import report, tracer

scheduler = sched.scheduler()


def work(who):
    with tracer.start_as_current_span("send reminder"):
        print(f"reminded {who}")


def remind(*args, time=0):
    with tracer.start_as_current_span("POST /reminders"):
        # hand-off
        scheduler.enterabs(time, 1, work, args)
        # end of hand-off


if __name__ == "__main__":
    remind("ann")
    scheduler.run()
    report()
