import gc
import inspect
import os
import shlex
from functools import cache
from pathlib import Path

from snakemake.exceptions import WorkflowError

from aegan.registry import build
from aegan.config.validation import ConfigError, load
from aegan.data.sources import SOURCES
from aegan.figures.names import FIGURE_NAMES
from aegan.games.roles import needs_autoencoder
from aegan.provenance import code_digest
from aegan.pipeline.run import hold

# the plan of thousands of jobs is millions of objects that all stay: to look for garbage among them takes a seventh
# of the time that it takes to make it
gc.set_threshold(1_000_000)

try:
    study = load(config)
except ConfigError as error:
    raise WorkflowError(str(error)) from None

DATASETS = study.study.datasets
METHODS = study.study.methods
AUTOENCODERS = study.autoencoders_used()
REPRODUCTIONS = study.study.reproductions
BLOCKS = study.blocks()
REPORT = f"reports/{study.study.name}"
# the user's own weights of Inception, if FID is asked for
INCEPTION = (
    {"inception": study.evaluation.inception} if study.evaluation.inception else {}
)
FETCHED = [
    name
    for name in DATASETS
    if hasattr(SOURCES[study.datasets[name].source.name], "FETCHED")
]


wildcard_constraints:
    dataset="|".join(study.datasets),
    autoencoder="|".join(study.autoencoders),
    method="|".join(study.methods),
    seeds=r"\d+-\d+",


# whose lock it is: `aegan run` opens it only where it can see that its holder is gone
onstart:
    hold()


def code(rule_name):
    """The digest of a rule's script and the library code under it."""
    return code_digest(
        Path(workflow.basedir) / "workflow" / "scripts" / f"{rule_name}.py"
    )


def asked_often(function):
    """Keep the signature of a function at hand: Snakemake asks for it several times for each job."""
    function.__signature__ = inspect.signature(function)
    return function


@cache
def resolved(section, name):
    """The settings of an entry; many jobs have the same, and none changes them."""
    return study.resolved(section, name)


def scaled_by_attempt(amount):
    """A resource of which a job that failed gets more when it is tried again: twice as much, then three times."""

    @asked_often
    def of_attempt(wildcards, attempt):
        return amount * attempt

    return of_attempt


def source_files(wildcards):
    """The files a data set is read from: fetched ones, or the user's own."""
    source = build(SOURCES, study.resolved("datasets", wildcards.dataset)["source"])
    fetched = getattr(source, "FETCHED", ())
    return [
        f"results/data/{wildcards.dataset}/raw/{name}" for name in fetched
    ] or source.files()


def dataset(wildcards):
    return resolved("datasets", wildcards.dataset)


@asked_often
def autoencoder(wildcards):
    return resolved("autoencoders", wildcards.autoencoder)


@asked_often
def method(wildcards):
    return resolved("methods", wildcards.method)


@asked_often
def processes(wildcards):
    """How many processes, on as many GPUs, share the training of a method."""
    return study.methods[wildcards.method].processes


@asked_often
def autoencoder_of_method(wildcards):
    """The settings of the autoencoder that a method is played with; empty for a method without one."""
    name = study.methods[wildcards.method].autoencoder
    return resolved("autoencoders", name) if name else {}


@asked_often
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


def shown(path, category, caption, **labels):
    """Mark a file for `snakemake --report`; the caption lies in workflow/report/."""
    return report(
        path,
        caption=f"../report/{caption}.rst",
        category=category,
        subcategory=study.study.name,
        labels=labels,
    )


def shown_figure(name):
    """Mark a figure of the catalogue for `snakemake --report`, in the category of its section."""
    found = list(Path(workflow.basedir).glob(f"workflow/report/*/{name}.rst"))
    if not found:
        raise WorkflowError(
            f"the figure {name} has no caption in workflow/report: run `aegan docs`"
        )
    section = found[0].parent.name
    return shown(
        f"{REPORT}/figures/{name}.svg",
        section.capitalize(),
        f"{section}/{name}",
        figure=name.replace("_", " "),
    )


def per_method(pattern):
    return expand(pattern, dataset=DATASETS, method=METHODS, seeds=BLOCKS)


def of_all_blocks(pattern):
    """The files of all blocks of a study's seeds; the other wildcards stay."""
    return expand(pattern, seeds=BLOCKS, allow_missing=True)


def per_autoencoder(pattern):
    return expand(pattern, dataset=DATASETS, autoencoder=AUTOENCODERS, seeds=BLOCKS)


def provenance(places, *names):
    """The records that some rules' jobs write, by their wildcards, such as {dataset}/{method}/{seeds}."""
    return [
        f"results/provenance/{name}/{place}.json" for name in names for place in places
    ]
