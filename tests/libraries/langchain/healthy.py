# tree: agent <- (root)
# tree: ask model <- agent
# tree: ask model <- agent
# tree: ask model <- async agent
# tree: ask model <- async agent
# tree: ask model <- stream
# tree: ask model <- stream
# tree: async agent <- (root)
# tree: async batch <- (root)
# tree: batch <- (root)
# tree: calculate 1 2 <- agent
# tree: calculate 1 2 <- async agent
# tree: calculate 1 2 <- stream
# tree: parallel <- (root)
# tree: score egg <- batch
# tree: score jam <- batch
# tree: score oil <- async batch
# tree: score rice <- async batch
# tree: score tea <- parallel
# tree: search bread <- agent
# tree: search bread <- async agent
# tree: search bread <- stream
# tree: search oil <- async batch
# tree: search rice <- async batch
# tree: search tea <- parallel
# tree: stream <- (root)
# instrumentors: none | threading,asyncio
# python: 3.11+
import asyncio

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda, RunnableParallel
from langchain_core.tools import tool
from langgraph.graph import MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition
from tracing import report, tracer


@tool
def search(query: str) -> str:
    """Search the web."""
    with tracer.start_as_current_span(f"search {query}"):
        return f"found {query}"


@tool
def calculate(a: int, b: int) -> int:
    """Add two numbers."""
    with tracer.start_as_current_span(f"calculate {a} {b}"):
        return a + b


def ask_model(state):
    with tracer.start_as_current_span("ask model"):
        if len(state["messages"]) > 1:
            return {"messages": [AIMessage("done")]}
        calls = [
            {"name": "search", "args": {"query": "bread"}, "id": "1"},
            {"name": "calculate", "args": {"a": 1, "b": 2}, "id": "2"},
        ]
        return {"messages": [AIMessage("", tool_calls=calls)]}


graph = StateGraph(MessagesState)
graph.add_node("model", ask_model)
graph.add_node("tools", ToolNode([search, calculate]))
graph.set_entry_point("model")
graph.add_conditional_edges("model", tools_condition)
graph.add_edge("tools", "model")
agent = graph.compile()


def score(word):
    with tracer.start_as_current_span(f"score {word}"):
        return len(word)


both = RunnableParallel(score=RunnableLambda(score), found=search)


async def main():
    with tracer.start_as_current_span("async agent"):
        print((await agent.ainvoke({"messages": ["what?"]}))["messages"][-1].content)
    with tracer.start_as_current_span("async batch"):
        print(await both.abatch(["rice", "oil"]))


if __name__ == "__main__":
    with tracer.start_as_current_span("agent"):
        print(agent.invoke({"messages": ["what?"]})["messages"][-1].content)
    with tracer.start_as_current_span("parallel"):
        print(both.invoke("tea"))
    with tracer.start_as_current_span("batch"):
        print(RunnableLambda(score).batch(["jam", "egg"]))
    with tracer.start_as_current_span("stream"):
        print([sorted(chunk) for chunk in agent.stream({"messages": ["what?"]})])
    asyncio.run(main())
    report()
