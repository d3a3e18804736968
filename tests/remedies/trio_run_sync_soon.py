# remedy: TrioToken.run_sync_soon
# libraries: trio
import trio
from tracing import report, tracer


def work(done, name):
    with tracer.start_as_current_span("resize photo"):
        print(f"resized {name}")
    done.set()


async def main():
    token = trio.lowlevel.current_trio_token()
    args = trio.Event(), "cat"
    with tracer.start_as_current_span("POST /photos"):
        # hand-off
        token.run_sync_soon(work, *args)
        # end of hand-off
        await args[0].wait()


if __name__ == "__main__":
    trio.run(main)
    report()
