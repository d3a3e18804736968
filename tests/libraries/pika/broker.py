"""As much of an AMQP 0-9-1 broker as a publisher and a consumer need, on a loopback socket."""

import socket
import threading
from collections import defaultdict, deque

from pika import frame, spec

FRAME_MAX = 131_072


class Broker:
    """Queues by name, each with at most one consumer. `port` is where it listens."""

    def __init__(self):
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._lock = threading.Lock()
        self._waiting = defaultdict(deque)
        self._consumers = {}
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            client, _ = self._listening.accept()
            threading.Thread(target=Session(self, client).run, daemon=True).start()

    def publish(self, queue, message):
        with self._lock:
            self._waiting[queue].append(message)
            self._deliver(queue)

    def consume(self, queue, session, channel, tag):
        with self._lock:
            session.send(frame.Method(channel, spec.Basic.ConsumeOk(consumer_tag=tag)))
            self._consumers[queue] = session, channel, tag
            self._deliver(queue)

    def cancel(self, tag):
        with self._lock:
            consumers = self._consumers.items()
            self._consumers = {name: found for name, found in consumers if found[2] != tag}

    def _deliver(self, queue):
        if queue not in self._consumers:
            return
        session, channel, tag = self._consumers[queue]
        while self._waiting[queue]:
            properties, body = self._waiting[queue].popleft()
            session.tag += 1
            deliver = spec.Basic.Deliver(tag, session.tag, exchange="", routing_key=queue)
            session.send(frame.Method(channel, deliver))
            session.send(frame.Header(channel, len(body), properties))
            session.send(frame.Body(channel, body))


class Session:
    """One client's connection. `tag` counts what was delivered to it."""

    def __init__(self, broker, client):
        self._broker = broker
        self._client = client
        self.tag = 0

    def send(self, outgoing):
        self._client.sendall(outgoing.marshal())

    def _frames(self):
        received = b""
        while True:
            used, incoming = frame.decode_frame(received)
            received = received[used:]
            if incoming is not None:
                yield incoming
                continue
            more = self._client.recv(FRAME_MAX)
            if not more:
                return
            received += more

    def run(self):
        frames = self._frames()
        for incoming in frames:
            if isinstance(incoming, frame.ProtocolHeader):
                start = spec.Connection.Start(server_properties={}, mechanisms="PLAIN")
                self.send(frame.Method(0, start))
            elif isinstance(incoming, frame.Method) and self._answer(incoming, frames):
                return

    def _answer(self, incoming, frames):
        """Do what a method asks for; True for the last one of the connection."""
        method, channel = incoming.method, incoming.channel_number
        answer = None
        if isinstance(method, spec.Basic.Publish):
            header, body = next(frames), next(frames)
            self._broker.publish(method.routing_key, (header.properties, body.fragment))
        elif isinstance(method, spec.Basic.Consume):
            self._broker.consume(method.queue, self, channel, method.consumer_tag)
        elif isinstance(method, spec.Basic.Cancel):
            self._broker.cancel(method.consumer_tag)
            answer = spec.Basic.CancelOk(method.consumer_tag)
        elif isinstance(method, spec.Queue.Declare):
            answer = spec.Queue.DeclareOk(method.queue, 0, 0)
        else:
            answers = {
                spec.Connection.StartOk: spec.Connection.Tune(1, FRAME_MAX, 0),
                spec.Connection.Open: spec.Connection.OpenOk(),
                spec.Connection.Close: spec.Connection.CloseOk(),
                spec.Channel.Open: spec.Channel.OpenOk(),
                spec.Channel.Close: spec.Channel.CloseOk(),
            }
            answer = answers.get(type(method))
        if answer is not None:
            self.send(frame.Method(channel, answer))
        return isinstance(method, spec.Connection.Close)
