# tree: GET /file <- (root)
# tree: GET /prices <- (root)
# tree: GET /rows <- (root)
# tree: ask north <- GET /prices
# tree: ask south <- GET /prices
# tree: find user <- GET /file
# tree: find user <- GET /prices
# tree: find user <- GET /rows
# tree: read row 0 <- GET /rows
# tree: read row 1 <- GET /rows
# instrumentors: none | threading,asyncio
# python: 3.10+
import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.request import urlopen

from flask import Flask, Response, copy_current_request_context, g, request, stream_with_context
from opentelemetry import context
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from tracing import report, tracer
from werkzeug.serving import make_server

app = Flask(__name__)
FlaskInstrumentor().instrument_app(app)
pool = ThreadPoolExecutor(2)


@app.before_request
def find_user():
    with tracer.start_as_current_span("find user"):
        g.user = "ann"


@app.get("/rows")
def rows():
    origin = context.get_current()

    def read():
        for number in range(2):
            with tracer.start_as_current_span(f"read row {number}", context=origin):
                row = f"{number} {request.args['of']}\n"
            yield row

    return Response(stream_with_context(read()))


@app.get("/file")
def file():
    return Response(f"{number}\n" for number in range(3))


@app.get("/prices")
def prices():
    @copy_current_request_context
    def ask(shop):
        with tracer.start_as_current_span(f"ask {shop}"):
            return len(shop)

    shops = ["north", "south"]
    asking = [pool.submit(contextvars.copy_context().run, ask, shop) for shop in shops]
    return [each.result() for each in asking]


if __name__ == "__main__":
    server = make_server("127.0.0.1", 0, app, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    for path in ("rows?of=table", "file", "prices"):
        with urlopen(f"http://127.0.0.1:{server.server_port}/{path}") as response:
            print(response.read())
    server.shutdown()
    serving.join()
    server.server_close()
    pool.shutdown()
    report()
