# tree: fit 0 <- train
# tree: fit 1 <- train
# tree: fit 2 <- train
# tree: fit 4 <- (root)
# tree: fit 5 <- (root)
# tree: fit 7 <- train
# tree: fit 8 <- train
# tree: train <- (root)
# instrumentors: none | threading,asyncio
# python: 3.10+
import contextvars

from joblib import Parallel, delayed
from tracing import report, tracer


def fit(fold):
    with tracer.start_as_current_span(f"fit {fold}"):
        return fold * fold


def score(fold):
    return fold + 1


if __name__ == "__main__":
    with tracer.start_as_current_span("train"):
        folds = (delayed(contextvars.copy_context().run)(fit, fold) for fold in range(3))
        print(Parallel(n_jobs=2, backend="threading")(folds))
        print(Parallel(n_jobs=2)(delayed(score)(fold) for fold in range(3)))
        print(Parallel(n_jobs=1)(delayed(fit)(fold) for fold in (7, 8)))
    print(Parallel(n_jobs=2, backend="threading")(delayed(fit)(fold) for fold in (4, 5)))
    report()
