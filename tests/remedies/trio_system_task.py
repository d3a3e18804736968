# remedy: trio.lowlevel.spawn_system_task
# libraries: trio
import trio
from tracing import report, tracer


async def work(done, name):
    with tracer.start_as_current_span("resize photo"):
        print(f"resized {name}")
    done.set()


async def main():
    args = trio.Event(), "cat"
    with tracer.start_as_current_span("POST /photos"):
        # hand-off
        trio.lowlevel.spawn_system_task(work, *args)
        # end of hand-off
        await args[0].wait()


if __name__ == "__main__":
    trio.run(main)
    report()
