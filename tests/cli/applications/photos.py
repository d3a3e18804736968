"""A server of the standard library: it takes photos, and a worker makes thumbnails of them."""

import queue
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tracing import report, tracer

photos = queue.Queue()
expired = threading.Event()


def make_thumbnails():
    while True:
        photo = photos.get()
        if photo is None:
            break
        with tracer.start_as_current_span("make a thumbnail"):
            print(f"thumbnail of {photo}")
        photos.task_done()


def expire_upload(photo):
    with tracer.start_as_current_span("expire the upload"):
        print(f"upload of {photo} has expired")
    expired.set()


class Handler(BaseHTTPRequestHandler):
    def do_PUT(self):
        with tracer.start_as_current_span("PUT photo"):
            photos.put(self.path)
            timer = threading.Timer(0, expire_upload, (self.path,))
            timer.start()
            timer.join()
            photos.join()
            self.send_response(204)
            self.end_headers()

    def log_message(self, *words):
        """Leave the log out: it has times in it."""


def main():
    worker = threading.Thread(target=make_thumbnails)
    worker.start()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    for name in ("cat", "dog"):
        url = f"http://127.0.0.1:{server.server_port}/{name}.jpg"
        with urllib.request.urlopen(urllib.request.Request(url, method="PUT")) as answer:
            print(answer.status)
    server.shutdown()
    serving.join()
    server.server_close()
    photos.put(None)
    worker.join()
    report()


if __name__ == "__main__":
    main()
