# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /users <- (root)
# tree: hash password <- POST /users
import asyncio
from contextvars import copy_context

from tracing import report, tracer


def hash_password(password):
    with tracer.start_as_current_span("hash password"):
        return hash(password)


async def sign_up(password):
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, copy_context().run, hash_password, password)


async def post_user():
    with tracer.start_as_current_span("POST /users"):
        await asyncio.create_task(sign_up("secret"))


if __name__ == "__main__":
    asyncio.run(post_user())
    report()
