# tree: GET /follow <- GET
# tree: GET /invoice <- GET
# tree: GET /invoice <- GET
# tree: GET <- (root)
# tree: GET <- (root)
# tree: GET <- buy
# tree: POST /photos <- POST
# tree: POST <- buy
# tree: answer one <- GET /follow
# tree: answer two <- GET /follow
# tree: buy <- (root)
# tree: refresh rates <- (root)
# tree: render invoice <- GET /invoice
# tree: render invoice <- GET /invoice
# tree: store photo <- POST /photos
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio

from aiohttp import ClientSession, web
from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor
from opentelemetry.instrumentation.aiohttp_server import AioHttpServerInstrumentor
from tracing import report, tracer

AioHttpClientInstrumentor().instrument()
AioHttpServerInstrumentor().instrument()


def render(number):
    with tracer.start_as_current_span("render invoice"):
        return f"invoice {number}"


async def invoice(request):
    return web.Response(text=await asyncio.to_thread(render, request.query["number"]))


async def photos(request):
    photo = await request.read()
    with tracer.start_as_current_span("store photo"):
        return web.Response(text=str(len(photo)))


async def follow(request):
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        with tracer.start_as_current_span(f"answer {message.data}"):
            await socket.send_str(message.data.upper())
    return socket


async def exchange_rates(app):
    async def refresh():
        with tracer.start_as_current_span("refresh rates"):
            app["rates"].set()

    app["rates"] = asyncio.Event()
    refreshing = asyncio.create_task(refresh())
    yield
    await refreshing


async def main():
    app = web.Application()
    app.router.add_get("/invoice", invoice)
    app.router.add_post("/photos", photos)
    app.router.add_get("/follow", follow)
    app.cleanup_ctx.append(exchange_rates)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    async with ClientSession(f"http://{host}:{port}") as session:
        with tracer.start_as_current_span("buy"):
            async with session.post("/photos", data=bytes(1_000_000)) as response:
                print(await response.text())
            async with session.get("/invoice", params={"number": "7"}) as response:
                print(await response.text())
        async with session.get("/invoice", params={"number": "8"}) as response:
            print(await response.text())
        async with session.ws_connect("/follow") as socket:
            for word in ("one", "two"):
                await socket.send_str(word)
                print(await socket.receive_str())
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
    report()
