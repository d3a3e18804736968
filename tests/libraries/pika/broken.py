# family: entry_without_carrier
# boundary: propagate.extract
# orphan: process order
# expected parent: send order
# instrumentors: none | threading,asyncio
# python: 3.10+
import threading

import pika
from broker import Broker
from opentelemetry.propagate import extract
from opentelemetry.trace import SpanKind
from tracing import report, tracer

broker = Broker()


def connect():
    return pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", broker.port))


def process(channel, method, properties, body):
    options = {"context": extract(properties.headers), "kind": SpanKind.CONSUMER}
    with tracer.start_as_current_span("process order", **options):  # <- orphan
        print(body.decode())
    channel.basic_ack(method.delivery_tag)
    channel.stop_consuming()


def consume():
    with connect() as connection:
        channel = connection.channel()
        channel.queue_declare("orders")
        channel.basic_consume("orders", process)
        channel.start_consuming()


if __name__ == "__main__":
    consumer = threading.Thread(target=consume)
    consumer.start()
    with connect() as connection:
        channel = connection.channel()
        channel.queue_declare("orders")
        with tracer.start_as_current_span("send order", kind=SpanKind.PRODUCER):  # <- lost here
            properties = pika.BasicProperties(headers={"tenant": "north"})
            channel.basic_publish("", "orders", b"order 7", properties)
    consumer.join()
    report()
