# instrumentors: none
# python: 3.10+
# tree: handle line <- (root)
# tree: handle line <- (root)
# tree: start up <- (root)
import socket
import socketserver
import threading

from tracing import report, tracer


class Lines(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        with tracer.start_as_current_span("handle line"):
            pass
        self.wfile.write(line)


if __name__ == "__main__":
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Lines) as server:
        with tracer.start_as_current_span("start up"):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        for _ in range(2):
            with socket.create_connection(server.server_address) as client:
                client.sendall(b"hello\n")
                client.recv(100)
        server.shutdown()
    report()
