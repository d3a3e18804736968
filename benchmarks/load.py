"""The load generator: keeps some connections busy, each of which waits for its answers."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import peer

_CONNECTIONS = 8


async def _fetch(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> bytes:
    """Send one GET over an open connection, and return the body."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode("ascii"))
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode("latin-1"))
    length = head.lower().split(b"content-length:")[1].split(b"\r\n")[0]
    return await reader.readexactly(int(length))


async def _client(port: int, path: str, requests: int) -> list[float]:
    """One connection: *requests* one after the other. Returns the seconds that each took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    took = []
    for _ in range(requests):
        start = time.perf_counter()
        await _fetch(reader, writer, path)
        took.append(time.perf_counter() - start)
    writer.close()
    await writer.wait_closed()
    return took


async def _load(port: int, path: str, requests: int) -> dict[str, Any]:
    """*requests* over all connections. Returns the seconds of each, and of all together."""
    start = time.perf_counter()
    clients = [_client(port, path, requests // _CONNECTIONS) for _ in range(_CONNECTIONS)]
    latencies = [second for took in await asyncio.gather(*clients) for second in took]
    return {"seconds": time.perf_counter() - start, "latencies": latencies}


async def _body(port: int, path: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = await _fetch(reader, writer, path)
    writer.close()
    await writer.wait_closed()
    return body.decode("utf-8")


def _answer(port: int, path: str, requests: int = 0) -> Any:
    return asyncio.run(_load(port, path, requests) if requests else _body(port, path))


if __name__ == "__main__":
    peer.serve(_answer)
