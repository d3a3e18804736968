# family: parent_stale
# boundary: transport.resume_reading
# orphan: GET /catalogue
# actual parent: POST /photos http receive
# expected parent: (root)
# started in: starlette/middleware/errors.py
# instrumentors: none
# python: 3.10+
# platform: posix
import http.client
import socket
import threading

import uvicorn
from fastapi import FastAPI, Request
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from tracing import report

app = FastAPI()
FastAPIInstrumentor.instrument_app(app)


@app.post("/photos")
async def photos(request: Request):
    return {"bytes": len(await request.body())}  # <- inherited here


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
    server = uvicorn.Server(uvicorn.Config(app, loop="asyncio", log_level="warning"))
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    serving.start()
    print(connection.getresponse().read())
    connection.request("GET", "/catalogue")
    print(connection.getresponse().read())
    connection.close()
    server.should_exit = True
    serving.join()
    report()
