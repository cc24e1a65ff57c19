"""Parts scored on a Dask cluster, whose workers see the same folders as we do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rules.errors import FailedWorld, Fault

if TYPE_CHECKING:
    from dask.distributed import Client

    from pipelines.scoring.job import Job, Part
    from pipelines.scoring.workers import Spread, Work

PATIENCE = 10  # [s] for the scheduler to answer, and for a first worker to be there
AGAIN = "see to it, then run it again: parts that are done are kept"


def on_cluster(address: str) -> Spread:
    """Spread over the workers of a cluster.

    A worker that is lost costs the part it was at, which the scheduler gives to another one.  A
    part appears under its name only when it is whole, whoever wrote it.

    Args:
        address: Of the scheduler, such as ``tcp://10.0.0.5:8786``.

    Raises:
        FailedWorld: ``cluster-absent`` without Dask here; while it spreads also
            ``cluster-unreachable``, ``cluster-without-workers`` and ``cluster-part-failed``.
    """
    try:
        import dask.distributed  # noqa: F401
    except ImportError as problem:
        step = "install offerdesk[cluster]"
        raise FailedWorld(
            Fault("cluster-absent", address, "no Dask here", "dask and distributed", step)
        ) from problem

    def spread(work: Work, job: Job, parts: Sequence[Part]) -> Iterator[tuple[Part, Any]]:
        from dask.distributed import as_completed

        if not parts:
            return
        sent = replace(job, book=job.book and job.book.resolve())
        with reached(address) as client:
            asked = {client.submit(work, sent, part, pure=False): part for part in parts}
            for done in as_completed(asked, loop=client.loop):
                # A result that is home is let go, lest it be made again when its worker is lost.
                part = asked.pop(done)
                with cluster_faults(address, job):
                    result = done.result()
                yield part, result

    return spread


@contextmanager
def reached(address: str) -> Iterator[Client]:
    """A client of a cluster that has workers.

    Raises:
        FailedWorld: ``cluster-unreachable`` or ``cluster-without-workers``.
    """
    from dask.distributed import Client

    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as problem:
        allowed = "the address of a Dask scheduler that runs"
        found = str(problem) or type(problem).__name__
        raise FailedWorld(Fault("cluster-unreachable", address, found, allowed)) from problem
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as problem:
            step = f"start some: dask worker {address}"
            fault = Fault("cluster-without-workers", address, "no worker", "one or more", step)
            raise FailedWorld(fault) from problem
        yield client


@contextmanager
def cluster_faults(address: str, job: Job) -> Iterator[None]:
    """Around the wait for a part.

    Faults of the book and of the market come home as they are; what says something of the cluster
    is told as its fault: a lost worker, another version, a folder that is not there.

    Raises:
        FailedWorld: ``cluster-part-failed``.
    """
    from dask.distributed import KilledWorker

    try:
        yield
    except (KilledWorker, CancelledError, ImportError, OSError, RuntimeError) as problem:
        found = f"{type(problem).__name__}: {' '.join(str(problem).split())}"
        allowed = f"workers with this version of Offerdesk that see {job.folder}"
        raise FailedWorld(Fault("cluster-part-failed", address, found, allowed, AGAIN)) from problem
