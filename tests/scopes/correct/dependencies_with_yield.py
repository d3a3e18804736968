import asyncio
from typing import Annotated

from fastapi import Depends, FastAPI
from tracing import report, tracer


async def session():
    with tracer.start_as_current_span("session"):
        yield "session"


def settings():
    yield "settings"


app = FastAPI()


@app.get("/")
async def read(
    session: Annotated[str, Depends(session)], settings: Annotated[str, Depends(settings)]
):
    with tracer.start_as_current_span("read"):
        return [session, settings]


async def request():
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    with tracer.start_as_current_span("GET /"):
        await app(scope, receive, send)
    print(sent[0]["status"])


asyncio.run(request())
asyncio.run(request())
report()
