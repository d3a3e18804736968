# family: parent_lost
# boundary: loop.run_in_executor
# orphan: resize
# expected parent: POST /photos
# instrumentors: none
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
    with tracer.start_as_current_span("resize"):  # <- orphan
        return photo[:10]


@app.post("/photos")
async def photos(request: Request):
    photo = await request.body()
    small = await asyncio.get_running_loop().run_in_executor(None, resize, photo)  # <- lost here
    return {"bytes": len(small)}


if __name__ == "__main__":
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, loop="uvloop", log_level="warning"))
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    serving.start()
    connection = http.client.HTTPConnection(*listening.getsockname())
    connection.request("POST", "/photos", bytes(1_000))
    print(connection.getresponse().read())
    connection.close()
    server.should_exit = True
    serving.join()
    report()
