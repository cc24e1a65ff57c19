"""Parts scored on a Dask cluster, whose workers see the same folders as we do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rules.errors import FailedWorld, Fault

if TYPE_CHECKING:
    from pipelines.scoring.score import Job, Part
    from pipelines.scoring.workers import Spread, Work

TRIES = 3  # of a part whose worker was lost
PATIENCE = "30s"  # for the scheduler to answer


def on_cluster(address: str) -> Spread:
    """Spread over the workers of a cluster; a worker that is lost costs the part it was at.

    Raises:
        FailedWorld: ``cluster-absent`` or ``cluster-unreachable``.
    """
    try:
        from dask.distributed import Client, as_completed
    except ImportError as problem:
        step = "install offerdesk[cluster]"
        raise FailedWorld(
            Fault("cluster-absent", address, "no Dask here", "dask and distributed", step)
        ) from problem

    def spread(work: Work, job: Job, parts: Sequence[Part]) -> Iterator[tuple[Part, Any]]:
        try:
            client = Client(address, timeout=PATIENCE)
        except (OSError, TimeoutError) as problem:
            allowed = "the address of a Dask scheduler that runs"
            raise FailedWorld(
                Fault("cluster-unreachable", address, str(problem), allowed)
            ) from problem
        with client:
            asked = {
                client.submit(work, job, part, pure=False, retries=TRIES): part for part in parts
            }
            for done in as_completed(asked):
                yield asked[done], done.result()

    return spread
