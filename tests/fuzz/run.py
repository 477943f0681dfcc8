"""Fuzz one parser with atheris: `pip install '.[fuzz]'`, then `python tests/fuzz/run.py TARGET -runs=200000`.

Whatever is not an error that names file and fix is a find: atheris prints it and keeps the input that did it.
"""

import os
import runpy
import sys
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["aegan", "numpy.lib", "zipfile", "gzip", "yaml", "PIL", "safetensors"]):
    PARTS = runpy.run_path(str(Path(__file__).with_name("targets.py")))


def main() -> None:
    name, *options = sys.argv[1:]
    target = PARTS["TARGETS"][name]
    warnings.simplefilter("ignore")
    with TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        place, corpus = Path(folder) / "work", Path(folder) / "corpus"
        place.mkdir()
        corpus.mkdir()
        for number, seed in enumerate(PARTS["SEEDS"][name]):
            (corpus / str(number)).write_bytes(seed)
        os.chdir(place)  # libFuzzer's end of process skips clean-up, and finds belong to the caller
        atheris.Setup([sys.argv[0], *options, str(corpus)], lambda content: target(content, place))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
