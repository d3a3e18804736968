# family: parent_leaked
# boundary: threading.Thread.start
# orphan: read page
# actual parent: start up
# expected parent: (root)
# instrumentors: threading,asyncio
# python: 3.10+
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tracing import report, tracer


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        with tracer.start_as_current_span("read page"):  # <- orphan
            pass
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        with tracer.start_as_current_span("start up"):
            serving.start()  # <- inherited here
        for path in ("/a", "/b"):
            client = HTTPConnection(*server.server_address)
            client.request("GET", path)
            client.getresponse().read()
            client.close()
        server.shutdown()
    report()
