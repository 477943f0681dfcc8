import os
import shlex
from pathlib import Path

from snakemake.exceptions import WorkflowError

from aegan.catalogue import build
from aegan.config_check import ConfigError, load
from aegan.data.sources import SOURCES
from aegan.figures.names import FIGURE_NAMES
from aegan.games.roles import needs_autoencoder
from aegan.provenance import code_digest

try:
    study = load(config)
except ConfigError as error:
    raise WorkflowError(str(error)) from None

DATASETS = study.study.datasets
METHODS = study.study.methods
AUTOENCODERS = study.autoencoders_used()
REPRODUCTIONS = study.study.reproductions
BLOCKS = study.blocks()


wildcard_constraints:
    dataset="|".join(study.datasets),
    autoencoder="|".join(study.autoencoders),
    method="|".join(study.methods),
    seeds=r"\d+-\d+",


def code(rule_name):
    """The digest of a rule's script and the library code under it."""
    return code_digest(
        Path(workflow.basedir) / "workflow" / "scripts" / f"{rule_name}.py"
    )


def source_files(wildcards):
    """The files a data set is read from: fetched ones, or the user's own."""
    source = build(SOURCES, study.resolved("datasets", wildcards.dataset)["source"])
    fetched = getattr(source, "FETCHED", ())
    return [
        f"results/data/{wildcards.dataset}/raw/{name}" for name in fetched
    ] or source.files()


def dataset(wildcards):
    return study.resolved("datasets", wildcards.dataset)


def autoencoder(wildcards):
    return study.resolved("autoencoders", wildcards.autoencoder)


def method(wildcards):
    return study.resolved("methods", wildcards.method)


def autoencoder_of_method(wildcards):
    """The settings of the autoencoder that a method is played with; empty for a method without one."""
    name = study.methods[wildcards.method].autoencoder
    return study.resolved("autoencoders", name) if name else {}


def trained_autoencoder(wildcards):
    """The autoencoder, prior and codes that a method is played with; none for a method without an autoencoder."""
    name = study.methods[wildcards.method].autoencoder
    if not name:
        return {}
    place = f"{wildcards.dataset}/{name}/{wildcards.seeds}"
    return {
        "autoencoder_weights": f"results/autoencoder/{place}/weights.safetensors",
        "sampler": f"results/latents/{place}/sampler.safetensors",
        "codes": f"results/latents/{place}/train.npy",
    }


def splits_of(dataset):
    """The splits and labels of the data set of a reproduction; none for one that needs no data."""
    names = ("train", "test", "train_labels", "test_labels") if dataset else ()
    return {name: f"results/data/{dataset}/{name}.npy" for name in names}


def per_method(pattern):
    return expand(pattern, dataset=DATASETS, method=METHODS, seeds=BLOCKS)


def per_autoencoder(pattern):
    return expand(pattern, dataset=DATASETS, autoencoder=AUTOENCODERS, seeds=BLOCKS)
