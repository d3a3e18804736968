"""A web application with one handler that loses its context and one that does not.

Every answer is the application's own account: its process, the handler's span
(name and ids), and the span that was opened for the work with the parent that it got.
"""

import asyncio
import os
from pathlib import Path

from fastapi import FastAPI
from opentelemetry import trace
from tracing import tracer

app = FastAPI()


class RequestSpans:
    """Opens a SERVER span for every request, as an ASGI instrumentation does."""

    def __init__(self, wrapped):
        self.wrapped = wrapped

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.wrapped(scope, receive, send)
            return
        name = f"{scope['method']} {scope['path']}"
        with tracer.start_as_current_span(name, kind=trace.SpanKind.SERVER):
            await self.wrapped(scope, receive, send)


app.add_middleware(RequestSpans)


def ids(context):
    return [trace.format_trace_id(context.trace_id), trace.format_span_id(context.span_id)]


def query():
    with tracer.start_as_current_span("query stock") as span:  # <- orphan
        return {"span": ids(span.context), "parent": span.parent and ids(span.parent)}


def answer(worked):
    here = trace.get_current_span()  # the middleware's, or one that FastAPI opened inside it
    return {
        "pid": os.getpid(),
        "name": here.name,
        "request": ids(here.get_span_context()),
        **worked,
    }


@app.get("/lossy")
async def lossy():
    loop = asyncio.get_running_loop()
    return answer(await loop.run_in_executor(None, query))  # <- lost here


@app.get("/healthy")
async def healthy():
    return answer(await asyncio.to_thread(query))


@app.get("/block")
async def block(pipe: str):
    """Hold up the whole process until somebody opens and closes the other end of *pipe*."""
    Path(pipe).read_bytes()  # noqa: ASYNC240 - blocking the loop is the purpose
    return {"pid": os.getpid()}
