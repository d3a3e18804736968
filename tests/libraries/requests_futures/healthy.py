# tree: /bread <- GET
# tree: /salt <- GET
# tree: /tea <- GET
# tree: GET <- (root)
# tree: GET <- compare prices
# tree: GET <- compare prices
# tree: compare prices <- (root)
# tree: note price <- GET
# tree: note price <- GET
# instrumentors: none | threading,asyncio
# python: 3.10+
import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.propagate import extract
from opentelemetry.trace import SpanKind
from requests_futures.sessions import FuturesSession
from tracing import report, tracer

RequestsInstrumentor().instrument()


class Shop(BaseHTTPRequestHandler):
    def do_GET(self):
        options = {"context": extract(self.headers), "kind": SpanKind.SERVER}
        with tracer.start_as_current_span(self.path, **options):
            self.send_response(204)
            self.end_headers()

    def log_message(self, *_):
        pass


class ContextExecutor(ThreadPoolExecutor):
    def submit(self, fn, /, *args, **kwargs):
        return super().submit(contextvars.copy_context().run, fn, *args, **kwargs)


def note(response, *args, **kwargs):
    with tracer.start_as_current_span("note price") as span:
        span.set_attribute("url", response.url)


if __name__ == "__main__":
    shop = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    shop.daemon_threads = False  # so that server_close waits for the end of their spans
    serving = threading.Thread(target=shop.serve_forever)
    serving.start()
    address = f"http://127.0.0.1:{shop.server_port}"
    with FuturesSession(executor=ContextExecutor(2)) as session:
        with tracer.start_as_current_span("compare prices"):
            hooks = {"response": note}
            asking = [session.get(address + path, hooks=hooks) for path in ("/bread", "/salt")]
            print([each.result().status_code for each in asking])
        print(session.get(address + "/tea").result().status_code)
    shop.shutdown()
    serving.join()
    shop.server_close()
    report()
