# tree: GET /catalogue <- (root)
# tree: GET /catalogue http send <- GET /catalogue
# tree: GET /catalogue http send <- GET /catalogue
# tree: POST /photos <- (root)
# tree: POST /photos http receive <- POST /photos
# tree: POST /photos http send <- POST /photos
# tree: POST /photos http send <- POST /photos
# tree: resize <- POST /photos
# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
import asyncio
import http.client
import socket
import threading

import uvicorn
from fastapi import FastAPI, Request
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from tracing import report, tracer

app = FastAPI()
FastAPIInstrumentor.instrument_app(app)


def resize(photo):
    with tracer.start_as_current_span("resize"):
        return photo[:10]


@app.post("/photos")
async def photos(request: Request):
    photo = await request.body()
    return {"bytes": len(await asyncio.to_thread(resize, photo))}


@app.get("/catalogue")
async def catalogue():
    return []


if __name__ == "__main__":
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 400_000)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    connection = http.client.HTTPConnection(*listening.getsockname())
    # Nobody accepts yet, so the server will read all of the body at once, and pause.
    connection.request("POST", "/photos", bytes(100_000))
    server = uvicorn.Server(uvicorn.Config(app, loop="uvloop", log_level="warning"))
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    serving.start()
    print(connection.getresponse().read())
    connection.request("GET", "/catalogue")
    print(connection.getresponse().read())
    connection.close()
    server.should_exit = True
    serving.join()
    report()
