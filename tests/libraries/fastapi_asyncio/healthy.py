# tree: BackgroundTask send_mail <- POST /orders
# tree: GET /prices <- (root)
# tree: GET /rows <- (root)
# tree: POST /orders <- (root)
# tree: ask north <- GET /prices
# tree: ask south <- GET /prices
# tree: close session <- POST /orders
# tree: find user <- POST /orders
# tree: open session <- POST /orders
# tree: row 0 <- GET /rows
# tree: row 1 <- GET /rows
# tree: send mail <- BackgroundTask send_mail
# tree: store order <- POST /orders
# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
import asyncio
import http.client
import socket
import threading
from typing import Annotated

import uvicorn
from fastapi import BackgroundTasks, Depends, FastAPI, Request
from fastapi.responses import StreamingResponse
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from tracing import report, tracer

app = FastAPI()
FastAPIInstrumentor.instrument_app(app, exclude_spans=["receive", "send"])


def session():
    with tracer.start_as_current_span("open session"):
        pass
    yield "session"
    with tracer.start_as_current_span("close session"):
        pass


async def user():
    with tracer.start_as_current_span("find user"):
        return "ann"


def send_mail(user):
    with tracer.start_as_current_span("send mail") as span:
        span.set_attribute("user", user)


@app.post("/orders")
def orders(
    background: BackgroundTasks,
    session: Annotated[str, Depends(session)],
    user: Annotated[str, Depends(user)],
):
    with tracer.start_as_current_span("store order") as span:
        span.set_attribute("session", session)
    background.add_task(send_mail, user)
    return {"user": user}


@app.get("/rows")
async def rows():
    def lines():
        for number in range(2):
            with tracer.start_as_current_span(f"row {number}"):
                line = f"{number}\n"
            yield line

    return StreamingResponse(lines())


async def price(shop):
    with tracer.start_as_current_span(f"ask {shop}"):
        return len(shop)


@app.get("/prices")
async def prices(request: Request):
    await request.body()
    return await asyncio.gather(price("north"), price("south"))


if __name__ == "__main__":
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, loop="asyncio", log_level="warning"))
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    serving.start()
    connection = http.client.HTTPConnection(*listening.getsockname())
    for method, path in (("POST", "/orders"), ("GET", "/rows"), ("GET", "/prices")):
        connection.request(method, path)
        print(connection.getresponse().read())
    connection.close()
    server.should_exit = True
    serving.join()
    report()
