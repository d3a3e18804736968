# code: CTX701
# span: listen
import asyncio

from tracing import report, tracer


class Listener:
    async def messages(self):
        with tracer.start_as_current_span("listen"):  # <- attached, detached
            while True:
                yield "hello"  # <- yield


listening = Listener().messages()


async def main():
    print(await anext(listening))


asyncio.run(main())
report()
