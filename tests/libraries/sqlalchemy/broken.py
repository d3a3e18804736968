# family: parent_lost
# boundary: ThreadPoolExecutor.map
# orphan: count rows
# expected parent: GET /report
# instrumentors: none
# python: 3.10+
import asyncio
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import String, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from tracing import report, tracer

counters = ThreadPoolExecutor(1)


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))


def count(names):
    with tracer.start_as_current_span("count rows"):  # <- orphan
        return len(names)


def total(session):
    names = session.scalars(select(Item.name)).all()
    return sum(counters.map(count, [names]))  # <- lost here


async def main():
    engine = create_async_engine("sqlite+aiosqlite:///:memory:")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session:
        session.add_all([Item(name="bread"), Item(name="salt")])
        await session.commit()
        with tracer.start_as_current_span("GET /report"):
            print(await session.run_sync(total))
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
    counters.shutdown()
    report()
