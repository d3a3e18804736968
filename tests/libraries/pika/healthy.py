# tree: POST /orders/7 <- (root)
# tree: POST /orders/8 <- (root)
# tree: charge card <- orders receive
# tree: charge card <- orders receive
# tree: orders receive <- orders send
# tree: orders receive <- orders send
# tree: orders send <- POST /orders/7
# tree: orders send <- POST /orders/8
# tree: orders send <- orders send
# tree: orders send <- orders send
# instrumentors: none | threading,asyncio
# python: 3.10+
import threading

import pika
from broker import Broker
from opentelemetry.instrumentation.pika import PikaInstrumentor
from tracing import report, tracer

PikaInstrumentor().instrument()
broker = Broker()


def connect():
    return pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", broker.port))


def process(channel, method, properties, body):
    with tracer.start_as_current_span("charge card"):
        print(body.decode(), properties.headers["tenant"])
    channel.basic_ack(method.delivery_tag)
    if body == b"order 8":
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
        for number in (7, 8):
            with tracer.start_as_current_span(f"POST /orders/{number}"):
                properties = pika.BasicProperties(headers={"tenant": "north"})
                channel.basic_publish("", "orders", f"order {number}".encode(), properties)
    consumer.join()
    report()
