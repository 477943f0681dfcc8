"""Settings of every test."""

import importlib
import os
import runpy
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from filelock import FileLock
from hypothesis import settings

# one thread: tests run beside each other, and results do not depend on it
os.environ["OMP_NUM_THREADS"] = "1"

# a slow machine is no failure
settings.register_profile("aegan", deadline=None)
settings.load_profile("aegan")


@pytest.fixture(scope="session")
def tiny():
    """Builders of tiny methods and data; test folders are no packages, so they are run from their path."""
    return SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "training" / "tiny.py")))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str], AbstractContextManager[Path]]:
    """Give a function that holds a path, one for all workers of a test run; who comes first makes what lies there."""
    base = tmp_path_factory.getbasetemp()

    @contextmanager
    def held(name: str) -> Iterator[Path]:
        path = (base if worker_id == "master" else base.parent) / name
        with FileLock(f"{path}.lock"):
            yield path

    return held


@pytest.fixture(scope="session")
def beside() -> Callable[[str], ModuleType]:
    """Import a library that is no part of the environment; `make test` puts it and what it needs beside that."""
    oracles = str(Path(sys.prefix) / "oracles")
    if oracles not in sys.path:
        sys.path.append(oracles)
    return lambda name: pytest.importorskip(name, reason="`make test` puts it beside the environment")


@pytest.fixture(scope="session")
def read_tracker(beside: Callable[[str], ModuleType]) -> Callable[[str, Path, str], dict[str, list[tuple[int, float]]]]:
    """Read a run in the folder of a tracker by the library of that tracker."""
    readers = runpy.run_path(str(Path(__file__).parent / "tracker_readers.py"))["READERS"]

    def read(tracker: str, folder: Path, run: str) -> dict[str, list[tuple[int, float]]]:
        beside(tracker)
        return readers[tracker](folder, run)

    return read


@pytest.fixture
def torch_fidelity(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Give torch-fidelity. `make test` puts its wheel beside the environment, for it wants torchvision.

    A stand-in takes the place of that one, of which nothing is called.
    """
    oracles = Path(sys.prefix) / "oracles"
    if not (oracles / "torch_fidelity").exists():
        pytest.skip("torch-fidelity's wheel is not beside the environment; `make test` puts it there")
    monkeypatch.syspath_prepend(str(oracles))
    for name in ("torchvision", "torchvision.datasets", "torchvision.transforms", "torchvision.transforms.functional"):
        module = ModuleType(name)
        vars(module).update(__path__=[], CIFAR10=object, CIFAR100=object, STL10=object)
        monkeypatch.setitem(sys.modules, name, module)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)
    yield importlib.import_module("torch_fidelity")
    for name in [name for name in sys.modules if name.partition(".")[0] == "torch_fidelity"]:
        del sys.modules[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: a file goes to one worker, and the last one should not be waited for."""
    items.sort(key=lambda item: "workflow" not in item.path.parts)
