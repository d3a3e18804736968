# family: parent_lost
# boundary: ThreadPool.apply_async
# orphan: fit model
# expected parent: train
# instrumentors: none
# python: 3.10+
from joblib import Parallel, delayed
from tracing import report, tracer


def fit(fold):
    with tracer.start_as_current_span("fit model"):  # <- orphan
        return fold * fold


if __name__ == "__main__":
    with tracer.start_as_current_span("train"):
        folds = (delayed(fit)(fold) for fold in range(3))
        print(Parallel(n_jobs=2, backend="threading")(folds))  # <- lost here
    report()
