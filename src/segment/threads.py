"""One thread for linear algebra: what is small is quicker so, and the same on every machine.

The sums and matrices of a fit are small. Shared out to threads they wait for one another, up to
twenty times longer on a busy machine, and are rounded in an order that hangs on its cores.
"""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

P = ParamSpec("P")
R = TypeVar("R")


def one_thread(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function that does its linear algebra on one thread."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with threadpool_limits(limits=1, user_api="blas"):
            return function(*args, **kwargs)

    return run
