# family: parent_lost
# boundary: ThreadPoolExecutor.map
# orphan: tool search
# expected parent: answer
# instrumentors: none
# python: 3.10+
from concurrent.futures import ThreadPoolExecutor

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool
from tracing import report, tracer


@tool
def search(query: str) -> str:
    """Search the web."""
    with tracer.start_as_current_span("tool search"):  # <- orphan
        return f"found {query}"


def ask_model(question):
    words = enumerate(question.split())
    calls = [{"name": "search", "args": {"query": word}, "id": str(key)} for key, word in words]
    return AIMessage("", tool_calls=calls)


def run_tools(message):
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(search.invoke, message.tool_calls))  # <- lost here
    return [answer.content for answer in answers]


agent = RunnableLambda(ask_model) | RunnableLambda(run_tools)

if __name__ == "__main__":
    with tracer.start_as_current_span("answer"):
        print(agent.invoke("bread salt"))
    report()
