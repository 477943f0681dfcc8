"""Settings of every test."""

import os

from hypothesis import settings

# one thread: tests run beside each other, and results do not depend on it
os.environ["OMP_NUM_THREADS"] = "1"

# a slow machine is no failure
settings.register_profile("aegan", deadline=None)
settings.load_profile("aegan")
