# tree: /shop.Shop/Order <- /shop.Shop/Order
# tree: /shop.Shop/Order <- /shop.Shop/Order
# tree: /shop.Shop/Order <- /shop.Shop/Order
# tree: /shop.Shop/Order <- /shop.Shop/Order
# tree: /shop.Shop/Order <- buy
# tree: /shop.Shop/Order <- buy
# tree: /shop.Shop/Order <- buy async
# tree: /shop.Shop/Order <- buy async
# tree: /shop.Shop/Stock <- (root)
# tree: /shop.Shop/Stock <- /shop.Shop/Stock
# tree: buy <- (root)
# tree: buy async <- (root)
# tree: charge card <- /shop.Shop/Order
# tree: charge card <- /shop.Shop/Order
# tree: charge card <- /shop.Shop/Order
# tree: charge card <- /shop.Shop/Order
# tree: read stock <- /shop.Shop/Stock
# tree: read stock <- /shop.Shop/Stock
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio
import contextvars
from concurrent.futures import ThreadPoolExecutor

import grpc
from opentelemetry.instrumentation.grpc import (
    GrpcAioInstrumentorClient,
    GrpcAioInstrumentorServer,
    GrpcInstrumentorClient,
    GrpcInstrumentorServer,
)
from tracing import report, tracer

for instrumentor in (
    GrpcInstrumentorServer,
    GrpcInstrumentorClient,
    GrpcAioInstrumentorServer,
    GrpcAioInstrumentorClient,
):
    instrumentor().instrument()
payments = ThreadPoolExecutor(1)


def charge(order):
    with tracer.start_as_current_span("charge card"):
        return b"charged " + order


def place_order(order, context):
    return payments.submit(contextvars.copy_context().run, charge, order).result()


def list_stock(shop, context):
    for item in (b"bread", b"salt"):
        with tracer.start_as_current_span("read stock"):
            found = item
        yield found


async def place_order_soon(order, context):
    return await asyncio.to_thread(charge, order)


def handler(order):
    methods = {
        "Order": grpc.unary_unary_rpc_method_handler(order),
        "Stock": grpc.unary_stream_rpc_method_handler(list_stock),
    }
    return grpc.method_handlers_generic_handler("shop.Shop", methods)


def call():
    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers([handler(place_order)])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        order = channel.unary_unary("/shop.Shop/Order")
        with tracer.start_as_current_span("buy"):
            print(order(b"bread"), order.future(b"salt").result())
        print(list(channel.unary_stream("/shop.Shop/Stock")(b"north")))
    server.stop(None).wait()


async def call_async():
    server = grpc.aio.server()
    server.add_generic_rpc_handlers([handler(place_order_soon)])
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        order = channel.unary_unary("/shop.Shop/Order")
        with tracer.start_as_current_span("buy async"):
            print(await asyncio.gather(order(b"bread"), order(b"salt")))
    await server.stop(None)


if __name__ == "__main__":
    call()
    asyncio.run(call_async())
    payments.shutdown()
    report()
