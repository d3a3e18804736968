# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /plan <- (root)
# tree: run step <- POST /plan
# tree: run step <- POST /plan
import sched

from tracing import report, tracer


def step():
    with tracer.start_as_current_span("run step"):
        pass


if __name__ == "__main__":
    plan = sched.scheduler()
    with tracer.start_as_current_span("POST /plan"):
        plan.enter(0, 2, step)
        plan.enter(0, 1, step)
        plan.run()
    report()
