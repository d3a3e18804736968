# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: sqlalchemy, aiosqlite
# tree: GET /a <- (root)
# tree: GET /b <- (root)
# tree: SELECT <- GET /a
# tree: SELECT <- GET /b
# tree: count rows <- GET /a
# tree: count rows <- GET /b
import asyncio

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import create_async_engine
from tracing import report, tracer


def trace_statements(engine):
    @event.listens_for(engine, "before_cursor_execute")
    def begin(connection, _cursor, _statement, _parameters, _context, _many):
        connection.info["span"] = tracer.start_span("SELECT")

    @event.listens_for(engine, "after_cursor_execute")
    def end(connection, _cursor, _statement, _parameters, _context, _many):
        connection.info.pop("span").end()


def count(_):
    with tracer.start_as_current_span("count rows"):
        pass


async def main():
    engine = create_async_engine("sqlite+aiosqlite://")
    trace_statements(engine.sync_engine)
    for path in ("/a", "/b"):
        with tracer.start_as_current_span(f"GET {path}"):
            async with engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
                await connection.run_sync(count)
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
    report()
