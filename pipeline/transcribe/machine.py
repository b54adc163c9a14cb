"""What this machine has to give: cores and free memory."""

from __future__ import annotations

import os
import re
from pathlib import Path

UNKNOWN = 4_000_000_000
"""bytes that are taken to be free where the system does not tell"""


def available_cores() -> int:
    """Cores this process may use: what the system allows, or OMP_NUM_THREADS, by which others share a machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    told = os.environ.get("OMP_NUM_THREADS", "")
    return min(cores, int(told)) if told.isdigit() and int(told) else cores


def free_memory(device: str) -> int:
    """Bytes that are free on the graphics card ("cuda"), or on this machine."""
    if device == "cuda":
        import torch

        free: int = torch.cuda.mem_get_info()[0]
        return free
    try:
        told = re.search(r"^MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text(encoding="ascii"), re.M)
    except OSError:
        told = None
    return int(told[1]) * 1024 if told else UNKNOWN
