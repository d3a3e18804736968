"""A web service: FastAPI on uvicorn takes orders, and answers where a parcel is."""

import asyncio
import socket
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import uvicorn
from fastapi import FastAPI
from tracing import report, tracer

app = FastAPI()
pool = ThreadPoolExecutor(max_workers=2)


def charge(order):
    with tracer.start_as_current_span("charge the card"):
        return f"order {order} is paid"


def send_receipt(order):
    with tracer.start_as_current_span("send the receipt"):
        print(f"receipt for order {order}")


def ask_carrier(order):
    with tracer.start_as_current_span("ask the carrier"):
        return f"order {order} is on its way"


@app.post("/orders/{order}")
def take_order(order: int):
    with tracer.start_as_current_span("POST /orders"):
        paid = pool.submit(charge, order)
        receipt = threading.Thread(target=send_receipt, args=(order,))
        receipt.start()
        receipt.join()
        return paid.result()


@app.get("/orders/{order}")
async def track_order(order: int):
    with tracer.start_as_current_span("GET /orders"):
        return await asyncio.get_running_loop().run_in_executor(pool, ask_carrier, order)


def ask(method, url):
    with urllib.request.urlopen(urllib.request.Request(url, method=method)) as answer:
        print(answer.read().decode())


def main():
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/orders"
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    serving = threading.Thread(target=server.run, args=([listening],))
    serving.start()
    for order in (1, 2):
        ask("POST", f"{url}/{order}")
        ask("GET", f"{url}/{order}")
    server.should_exit = True
    serving.join()
    pool.shutdown()
    report()


if __name__ == "__main__":
    main()
