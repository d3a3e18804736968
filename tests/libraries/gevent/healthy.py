# tree: GET /prices <- (root)
# tree: GET /stock <- (root)
# tree: ask north <- GET /prices
# tree: ask north <- GET /stock
# tree: ask south <- GET /prices
# tree: ask south <- GET /stock
# instrumentors: none | threading,asyncio
# python: 3.10+
from gevent import monkey

monkey.patch_all()

import contextvars  # noqa: E402
import json  # noqa: E402
from urllib.request import urlopen  # noqa: E402

import gevent  # noqa: E402
from gevent.pool import Pool  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402
from gevent.queue import Queue  # noqa: E402
from opentelemetry.trace import SpanKind  # noqa: E402
from tracing import report, tracer  # noqa: E402

pool = Pool(2)
log = Queue()


def ask(warehouse):
    with tracer.start_as_current_span(f"ask {warehouse}"):
        return len(warehouse)


def app(environ, start_response):
    with tracer.start_as_current_span(f"GET {environ['PATH_INFO']}", kind=SpanKind.SERVER):
        asking = [
            pool.spawn(contextvars.copy_context().run, ask, warehouse)
            for warehouse in ("north", "south")
        ]
        log.put(environ["PATH_INFO"])
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps([each.get() for each in asking]).encode()]


def write_log():
    for path in iter(log.get, None):
        print(path)


if __name__ == "__main__":
    writing = gevent.spawn(write_log)
    server = WSGIServer(("127.0.0.1", 0), app, log=None)
    server.start()
    for path in ("stock", "prices"):
        with urlopen(f"http://127.0.0.1:{server.server_port}/{path}") as response:
            print(response.read())
    server.stop()
    log.put(None)
    writing.get()
    report()
