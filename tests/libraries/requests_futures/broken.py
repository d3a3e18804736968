# family: parent_lost
# boundary: ThreadPoolExecutor.submit
# orphan: GET
# expected parent: compare prices
# started in: requests/sessions.py
# instrumentors: none
# python: 3.10+
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.instrumentation.requests import RequestsInstrumentor
from requests_futures.sessions import FuturesSession
from tracing import report, tracer

RequestsInstrumentor().instrument()


class Shop(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    shop = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    shop.daemon_threads = False  # so that server_close waits for the end of their spans
    serving = threading.Thread(target=shop.serve_forever)
    serving.start()
    with FuturesSession() as session, tracer.start_as_current_span("compare prices"):
        asking = session.get(f"http://127.0.0.1:{shop.server_port}/bread")  # <- lost here
        print(asking.result().status_code)
    shop.shutdown()
    serving.join()
    shop.server_close()
    report()
