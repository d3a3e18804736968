"""The measured service: FastAPI on uvicorn, every request over four boundaries and in five spans.

    python benchmarks/service_app.py VARIANT DIRECTORY

Prints its port, then serves until its stdin is closed.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import usage
import uvicorn
import variants
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.sdk.trace.export import BatchSpanProcessor

app = FastAPI()
tracer = trace.get_tracer("orders")
pool = ThreadPoolExecutor(2)
log_context_snapshot = None


def step(name: str) -> str:
    """One step of an order, in a span of its own."""
    if log_context_snapshot is not None:
        log_context_snapshot("arrival")
    with tracer.start_as_current_span(name):
        return name


async def reserve() -> str:
    """The same, as a task."""
    return step("reserve")


def hand_over() -> None:
    """What is written by hand before each hand-off, if anything."""
    if log_context_snapshot is not None:
        log_context_snapshot("origin")


@app.get("/kept")
async def kept() -> list[str]:
    """An order whose context is passed on by the program itself."""
    loop = asyncio.get_running_loop()
    with tracer.start_as_current_span("GET /kept"):
        hand_over()
        reserved = await asyncio.create_task(reserve())
        hand_over()
        priced = await asyncio.to_thread(step, "price")
        hand_over()
        charged = await loop.run_in_executor(pool, contextvars.copy_context().run, step, "charge")
        hand_over()
        sending = pool.submit(contextvars.copy_context().run, step, "send")
        return [reserved, priced, charged, await asyncio.wrap_future(sending)]


@app.get("/rescued")
async def rescued() -> list[str]:
    """An order that leaves it to the instrumentors to pass the context on."""
    loop = asyncio.get_running_loop()
    with tracer.start_as_current_span("GET /rescued"):
        hand_over()
        reserved = await asyncio.create_task(reserve())
        hand_over()
        priced = await asyncio.to_thread(step, "price")
        hand_over()
        charged = await loop.run_in_executor(pool, step, "charge")
        hand_over()
        sending = pool.submit(step, "send")
        return [reserved, priced, charged, await asyncio.wrap_future(sending)]


@app.get("/usage")
async def used() -> dict[str, int]:
    """Nanoseconds of CPU until now, and bytes resident."""
    return {"cpu": usage.cpu(), "resident": usage.resident()}


def main() -> None:
    """Set the variant up and serve."""
    global log_context_snapshot  # noqa: PLW0603 - set once, before the first request
    name, place = sys.argv[1:]
    variant = variants.VARIANTS[name]
    provider = variants.set_up(variant, Path(place))
    import workloads

    provider.add_span_processor(BatchSpanProcessor(workloads.Nowhere()))
    if variant.by_hand:
        log_context_snapshot = workloads.log_context_snapshot
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))

    def until_closed() -> None:
        sys.stdin.read()
        server.should_exit = True

    threading.Thread(target=until_closed, daemon=True).start()
    print(json.dumps(listening.getsockname()[1]), flush=True)
    server.run(sockets=[listening])


if __name__ == "__main__":
    main()
