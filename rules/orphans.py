"""Worker processes that do not outlive the one that asked for them."""

from __future__ import annotations

import multiprocessing
import os
import threading


def end_with_parent() -> None:
    """A worker whose parent was killed would wait for ever for the next batch."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
