# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: read page <- (root)
# tree: read page <- (root)
# tree: start up <- (root)
import threading
from contextvars import Context
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tracing import report, tracer


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        with tracer.start_as_current_span("read page"):
            pass
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        with tracer.start_as_current_span("start up"):
            Context().run(serving.start)
        for path in ("/a", "/b"):
            client = HTTPConnection(*server.server_address)
            client.request("GET", path)
            client.getresponse().read()
            client.close()
        server.shutdown()
    report()
