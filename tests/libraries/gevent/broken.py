# family: parent_lost
# boundary: gevent.spawn
# orphan: ask warehouse
# expected parent: GET /stock
# instrumentors: none | threading,asyncio
# python: 3.10+
from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
from urllib.request import urlopen  # noqa: E402

import gevent  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402
from opentelemetry.trace import SpanKind  # noqa: E402
from tracing import report, tracer  # noqa: E402


def ask(warehouse):
    with tracer.start_as_current_span("ask warehouse"):  # <- orphan
        return len(warehouse)


def app(environ, start_response):
    with tracer.start_as_current_span(f"GET {environ['PATH_INFO']}", kind=SpanKind.SERVER):
        asking = gevent.spawn(ask, "north")  # <- lost here
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(asking.get()).encode()]


if __name__ == "__main__":
    server = WSGIServer(("127.0.0.1", 0), app, log=None)
    server.start()
    with urlopen(f"http://127.0.0.1:{server.server_port}/stock") as response:
        print(response.read())
    server.stop()
    report()
