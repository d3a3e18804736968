# family: parent_lost
# boundary: loop.run_in_executor
# orphan: hash password
# expected parent: POST /users
# instrumentors: none
# python: 3.10+
import asyncio

from tracing import report, tracer


def hash_password(password):
    with tracer.start_as_current_span("hash password"):  # <- orphan
        return hash(password)


async def sign_up(password):
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, hash_password, password)  # <- lost here


async def post_user():
    with tracer.start_as_current_span("POST /users"):
        await asyncio.create_task(sign_up("secret"))


if __name__ == "__main__":
    asyncio.run(post_user())
    report()
