# family: parent_lost
# boundary: streamed response
# orphan: read row
# expected parent: GET /rows
# instrumentors: none | threading,asyncio
# python: 3.10+
import threading
from urllib.request import urlopen

from flask import Flask, Response
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from tracing import report, tracer
from werkzeug.serving import make_server

app = Flask(__name__)
FlaskInstrumentor().instrument_app(app)


def read(number):
    with tracer.start_as_current_span("read row"):  # <- orphan
        return f"{number}\n"


@app.get("/rows")
def rows():
    return Response(read(number) for number in range(2))  # <- lost here


if __name__ == "__main__":
    server = make_server("127.0.0.1", 0, app, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    with urlopen(f"http://127.0.0.1:{server.server_port}/rows") as response:
        print(response.read())
    server.shutdown()
    serving.join()
    server.server_close()
    report()
