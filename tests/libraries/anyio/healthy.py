# tree: POST /dog <- (root)
# tree: POST /dog <- (root)
# tree: POST /sunset <- (root)
# tree: POST /sunset <- (root)
# tree: from a thread <- (root)
# tree: hash <- upload dog
# tree: hash <- upload dog
# tree: hash <- upload sunset
# tree: hash <- upload sunset
# tree: index dog <- upload dog
# tree: index dog <- upload dog
# tree: index sunset <- upload sunset
# tree: index sunset <- upload sunset
# tree: store <- from a thread
# tree: store <- hash
# tree: store <- hash
# tree: store <- hash
# tree: store <- hash
# tree: upload dog <- POST /dog
# tree: upload dog <- POST /dog
# tree: upload sunset <- POST /sunset
# tree: upload sunset <- POST /sunset
# instrumentors: none | threading,asyncio
# python: 3.10+
import anyio
from anyio.from_thread import start_blocking_portal
from opentelemetry import context
from tracing import report, tracer


async def index(receiving):
    async for origin, photo in receiving:
        with tracer.start_as_current_span(f"index {photo}", context=origin):
            await anyio.lowlevel.checkpoint()


def hash_photo(photo):
    with tracer.start_as_current_span("hash"):
        return anyio.from_thread.run(store, photo)


async def store(photo):
    with tracer.start_as_current_span("store"):
        return photo


async def upload(photo, sending, *, task_status):
    task_status.started()
    with anyio.fail_after(60), tracer.start_as_current_span(f"upload {photo}"):
        print(await anyio.to_thread.run_sync(hash_photo, photo))
        await sending.send((context.get_current(), photo))


async def main():
    sending, receiving = anyio.create_memory_object_stream(0)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(index, receiving)
        async with sending, anyio.create_task_group() as uploads:
            for photo in ("sunset", "dog"):
                with tracer.start_as_current_span(f"POST /{photo}"):
                    async with anyio.create_task_group() as one:
                        await one.start(upload, photo, sending)
            uploads.cancel_scope.cancel()


if __name__ == "__main__":
    anyio.run(main)
    with start_blocking_portal() as portal, tracer.start_as_current_span("from a thread"):
        print(portal.call(store, "cat"))
    anyio.run(main, backend="trio")
    report()
