# tree: GET /orders/7 <- (root)
# tree: GET /orders/8 <- (root)
# tree: INSERT :memory: <- POST /orders/7
# tree: INSERT :memory: <- POST /orders/7
# tree: INSERT :memory: <- POST /orders/7
# tree: INSERT :memory: <- POST /orders/8
# tree: INSERT :memory: <- POST /orders/8
# tree: INSERT :memory: <- POST /orders/8
# tree: POST /orders/7 <- (root)
# tree: POST /orders/8 <- (root)
# tree: SELECT :memory: <- GET /orders/7
# tree: SELECT :memory: <- GET /orders/7
# tree: SELECT :memory: <- GET /orders/7
# tree: SELECT :memory: <- GET /orders/8
# tree: SELECT :memory: <- GET /orders/8
# tree: SELECT :memory: <- GET /orders/8
# tree: check stock <- POST /orders/7
# tree: check stock <- POST /orders/8
# tree: connect <- GET /orders/7
# tree: connect <- GET /orders/8
# tree: connect <- POST /orders/7
# tree: connect <- POST /orders/8
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio

from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from sqlalchemy import ForeignKey, String, event, select
from sqlalchemy.ext.asyncio import AsyncAttrs, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from tracing import report, tracer


class Base(AsyncAttrs, DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    items: Mapped[list["Item"]] = relationship()


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    name: Mapped[str] = mapped_column(String(20))


@event.listens_for(Session, "before_flush")
def before_flush(session, *_):
    with tracer.start_as_current_span("check stock") as span:
        span.set_attribute("new", len(session.new))


async def buy(sessions, number):
    with tracer.start_as_current_span(f"POST /orders/{number}"):
        async with sessions() as session, session.begin():
            session.add(Order(id=number, items=[Item(name="bread"), Item(name="salt")]))


async def show(sessions, number):
    with tracer.start_as_current_span(f"GET /orders/{number}"):
        async with sessions() as session:
            order = await session.get_one(Order, number)
            names = [item.name for item in await order.awaitable_attrs.items]
            rows = await session.stream_scalars(select(Item.id).where(Item.order_id == number))
            return names, len([row async for row in rows])


async def main():
    engine = create_async_engine("sqlite+aiosqlite:///:memory:")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    SQLAlchemyInstrumentor().instrument(engine=engine.sync_engine)
    sessions = async_sessionmaker(engine)
    for number in (7, 8):
        await buy(sessions, number)
    print(await asyncio.gather(show(sessions, 7), show(sessions, 8)))
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
    report()
