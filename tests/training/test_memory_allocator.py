"""What is freed stays with the process: a large array is filled again without a page from the system."""

import os
import subprocess
import sys

import pytest

FILL = """
import resource, sys
import numpy as np
from aegan.training.memory_allocator import keep_freed_memory
if sys.argv[1] == "keep" and not keep_freed_memory():
    sys.exit(3)
for _ in range(3):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.full(2**23, 1.0)  # 64 MiB
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(how):
    small_pages = os.environ | {"NUMPY_MADVISE_HUGEPAGE": "0"}
    ran = subprocess.run(
        [sys.executable, "-c", FILL, how], check=False, env=small_pages, capture_output=True, text=True
    )
    if ran.returncode == 3:
        pytest.skip("the C library keeps what it likes")
    assert ran.returncode == 0, ran.stderr
    return int(ran.stdout)


def test_what_is_freed_is_used_again():
    assert faults("keep") < 100
    assert faults("leave") > 1000
