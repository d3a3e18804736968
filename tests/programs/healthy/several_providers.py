# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /home <- (root)
# tree: audit <- GET /home
# tree: nightly audit <- (root)
import asyncio
import threading

from collecting import new_provider, report
from opentelemetry import trace

trace.set_tracer_provider(new_provider())
web = trace.get_tracer("web")
auditing = new_provider().get_tracer("audit")


async def audit(name):
    with auditing.start_as_current_span(name):
        await asyncio.sleep(0)


async def get_home():
    with web.start_as_current_span("GET /home"):
        await asyncio.create_task(audit("audit"))


if __name__ == "__main__":
    asyncio.run(get_home())
    nightly = threading.Thread(target=asyncio.run, args=(audit("nightly audit"),))
    nightly.start()
    nightly.join()
    report()
