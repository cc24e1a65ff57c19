"""Make the automation that notices runs which died: ``python -m pipelines.dead_runs``."""

from __future__ import annotations


def main() -> None:
    """Make it at the Prefect API that is configured."""
    from pipelines.flow import AUTOMATION, notice_dead_runs

    notice_dead_runs()
    print(f"The automation {AUTOMATION!r} is there.")


if __name__ == "__main__":
    main()
