# family: parent_lost
# boundary: ThreadPoolExecutor.submit
# orphan: render invoice
# expected parent: GET /invoice
# instrumentors: none
# python: 3.10+
import asyncio
from concurrent.futures import ThreadPoolExecutor

from aiohttp import ClientSession, web
from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor
from opentelemetry.instrumentation.aiohttp_server import AioHttpServerInstrumentor
from tracing import report, tracer

AioHttpClientInstrumentor().instrument()
AioHttpServerInstrumentor().instrument()

renderers = ThreadPoolExecutor(1)


def render(number):
    with tracer.start_as_current_span("render invoice"):  # <- orphan
        return f"invoice {number}"


async def invoice(request):
    rendering = renderers.submit(render, request.query["number"])  # <- lost here
    return web.Response(text=await asyncio.wrap_future(rendering))


async def main():
    app = web.Application()
    app.router.add_get("/invoice", invoice)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    async with ClientSession(f"http://{host}:{port}") as session:
        with tracer.start_as_current_span("buy"):
            async with session.get("/invoice", params={"number": "7"}) as response:
                print(await response.text())
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
    renderers.shutdown()
    report()
