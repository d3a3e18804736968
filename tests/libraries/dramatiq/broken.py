# family: parent_lost
# boundary: queue.Queue.put
# hops: queue.Queue.put > queue.PriorityQueue.put
# orphan: send mail
# expected parent: POST /orders
# instrumentors: none | threading,asyncio
# python: 3.10+
import dramatiq
from dramatiq.brokers.stub import StubBroker
from tracing import report, tracer

broker = StubBroker()
dramatiq.set_broker(broker)


@dramatiq.actor
def send_mail(customer):
    with tracer.start_as_current_span("send mail"):  # <- orphan
        print(customer)


if __name__ == "__main__":
    worker = dramatiq.Worker(broker, worker_threads=1)
    worker.start()
    with tracer.start_as_current_span("POST /orders"):
        send_mail.send("ann")  # <- lost here
    broker.join(send_mail.queue_name)
    worker.join()
    worker.stop()
    report()
