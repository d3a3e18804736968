# family: parent_lost
# boundary: ThreadPoolExecutor.submit
# orphan: charge card
# expected parent: place order
# instrumentors: none
# python: 3.10+
from concurrent.futures import ThreadPoolExecutor

import grpc
from opentelemetry.instrumentation.grpc import GrpcInstrumentorClient, GrpcInstrumentorServer
from tracing import report, tracer

GrpcInstrumentorServer().instrument()
GrpcInstrumentorClient().instrument()
payments = ThreadPoolExecutor(1)


def charge(order):
    with tracer.start_as_current_span("charge card"):  # <- orphan
        return b"charged " + order


def place_order(order, context):
    with tracer.start_as_current_span("place order"):
        return payments.submit(charge, order).result()  # <- lost here


def serve():
    server = grpc.server(ThreadPoolExecutor(2))
    methods = {"Order": grpc.unary_unary_rpc_method_handler(place_order)}
    handler = grpc.method_handlers_generic_handler("shop.Shop", methods)
    server.add_generic_rpc_handlers([handler])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


if __name__ == "__main__":
    server, port = serve()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        order = channel.unary_unary("/shop.Shop/Order")
        print(order(b"bread"))
    server.stop(None).wait()
    payments.shutdown()
    report()
