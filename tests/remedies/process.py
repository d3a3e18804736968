# remedy: multiprocessing.Process.start
import multiprocessing

from tracing import finished, report, tracer


def work(answers, order, amount):
    with tracer.start_as_current_span("charge card"):
        receipt = f"charged {amount} for order {order}"
    answers.send((receipt, finished()))


def create_order(*args):
    answer, answers = multiprocessing.Pipe(duplex=False)
    args = (answers, *args)
    with tracer.start_as_current_span("POST /orders"):
        # hand-off
        process = multiprocessing.Process(target=work, args=args)
        process.start()
        # end of hand-off
        receipt, spans = answer.recv()
        process.join()
    print(receipt)
    return spans


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    report(create_order(7, 120))
