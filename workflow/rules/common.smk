import gc
import inspect
import os
import shlex
from functools import cache
from pathlib import Path

from aegan.config.raw_data import find_missing_files, list_raw_files, list_used_datasets
from aegan.config.resolved import resolve_config
from aegan.data.sources import SOURCES
from aegan.figures.names import FIGURE_NAMES
from aegan.pipeline.gpu_lease import is_gpu_visible
from aegan.pipeline.job_records import read_record
from aegan.pipeline.raw_files import LISTING, digest_raw_files
from aegan.pipeline.workflow_lock import record_host
from aegan.provenance import code_digest, load_sources, save_sources
from aegan.tables import name_table_file

# a plan of thousands of jobs consists of millions of objects, none of them garbage: garbage collection would take a
# seventh of the planning time
gc.set_threshold(1_000_000)

try:
    study = resolve_config(config)
except AeganError as error:
    stop(*([] if CONFIG.is_file() else [explain_missing_config(PROJECT)]), error)

DATASETS = study.study.datasets
METHODS = study.study.methods
REPRODUCTIONS = study.study.reproductions
BLOCKS = study.seed_blocks
REPORT = f"reports/{study.study.name}"
# the user's Inception weights, if the config sets `evaluation.inception`
INCEPTION = (
    {"inception": study.evaluation.inception} if study.evaluation.inception else {}
)
FETCHED = [
    name
    for name in DATASETS
    if hasattr(SOURCES[study.datasets[name].source.name], "FETCHED_FILES")
]


wildcard_constraints:
    dataset="|".join(study.datasets),
    autoencoder="|".join(study.autoencoders),
    method="|".join(study.methods),
    seeds=r"\d+-\d+",


# `aegan run` removes a stale lock only if it can see that Snakemake no longer runs on the machine recorded here
onstart:
    record_host()


# every job reads the workflow again
load_sources()


def code(rule_name):
    """Return the digest of a rule's script and of the library code that it imports."""
    return code_digest(WORKFLOW / "scripts" / f"{rule_name}.py")


def cached_signature(function):
    """Store the signature of an input function, because Snakemake reads it several times per job."""
    function.__signature__ = inspect.signature(function)
    return function


@cache
def resolve_entry(section, name):
    """Return the resolved settings of an entry of the config. Jobs share the object and must not change it."""
    return study.resolve_params(section, name)


def scaled_by_attempt(amount):
    """Return a resource that grows with each attempt of a failed job: twice the amount, then three times."""

    @cached_signature
    def of_attempt(wildcards, attempt):
        return amount * attempt

    return of_attempt


def gpus(count):
    """Return the GPUs that a job asks for: none if it runs on this machine, which has none to wait for."""
    return 0 if workflow.local_exec and not is_gpu_visible() else count


@cached_signature
def one_gpu(wildcards):
    return gpus(1)


@cached_signature
def gpu_per_process(wildcards):
    return gpus(processes(wildcards))


@cached_signature
def gpu_for_inception(wildcards):
    """Return the GPUs of a measurement: it takes seconds on a CPU, except with the features of Inception."""
    return gpus(len(INCEPTION))


def fetched_files(wildcards):
    """Return the downloaded files that a data set is read from; none for the user's own."""
    source = SOURCES[study.datasets[wildcards.dataset].source.name]
    return [
        f"results/data/{wildcards.dataset}/raw/{name}"
        for name in getattr(source, "FETCHED_FILES", ())
    ]


@cache
def raw_files(dataset):
    return list_raw_files(study, dataset)


def is_prepared(dataset):
    """Return whether a data set was prepared as the config says, so that it does not need its raw data."""
    expected = {
        "dataset_config": resolve_entry("datasets", dataset),
        "code": code("prepare"),
    }
    try:
        record = read_record(f"results/provenance/prepare/{dataset}.json")
    except (OSError, AeganError):
        return False
    return expected.items() <= record["params"].items()


if workflow.is_main_process:
    try:
        needed = {
            name: raw_files(name)
            for name in list_used_datasets(study)
            if not is_prepared(name)
        }
    except AeganError as error:
        stop(error)
    if missing := [*find_missing_files(study, needed)]:
        stop(*missing)


@cache
def digest_dataset(dataset):
    return digest_raw_files(
        raw_files(dataset),
        listing=Path("results/data", dataset, LISTING),
        cache=Path(".snakemake/raw_files", f"{dataset}.json"),
    )


def raw_digest(wildcards):
    """Return a digest of the user's own raw files. As a param, unlike inputs, it shows no names to Snakemake."""
    return digest_dataset(wildcards.dataset)


# the config's overlays, relative to the working folder
OVERLAYS = [os.path.relpath(path) for path in workflow.overwrite_configfiles]


def command(wildcards):
    """Return the command that makes this report."""
    return shlex.join(["snakemake", *(["--configfile", *OVERLAYS] if OVERLAYS else [])])


def dataset_config(wildcards):
    return resolve_entry("datasets", wildcards.dataset)


@cached_signature
def needed_train_rows(wildcards):
    return study.needs[wildcards.dataset]["train"]


@cached_signature
def needed_test_rows(wildcards):
    return study.needs[wildcards.dataset]["test"]


@cached_signature
def needs_labels(wildcards):
    return int(study.needs[wildcards.dataset]["labels"])


@cached_signature
def methods_of_dataset(wildcards):
    return study.runs[wildcards.dataset]


@cached_signature
def has_codes(wildcards):
    """Return whether a method encodes a data set, so that metrics of codes are measured."""
    return bool(study.used_autoencoders[wildcards.dataset])


@cached_signature
def moments_of_dataset(wildcards):
    """Return the moments of the samples of the methods that run on a data set."""
    return expand(
        "results/evaluation/gan/{dataset}/{method}/{seeds}/moments.safetensors",
        dataset=wildcards.dataset,
        method=study.runs[wildcards.dataset],
        seeds=BLOCKS,
    )


@cached_signature
def autoencoder_config(wildcards):
    return resolve_entry("autoencoders", wildcards.autoencoder)


@cached_signature
def method(wildcards):
    return resolve_entry("methods", wildcards.method)


@cached_signature
def processes(wildcards):
    """Return the number of processes, each on a GPU of its own, that train a method together."""
    return study.methods[wildcards.method].processes


@cached_signature
def autoencoder_config_of_method(wildcards):
    """Return the settings of the autoencoder that a method uses; {} for a method without one."""
    name = study.methods[wildcards.method].autoencoder
    return resolve_entry("autoencoders", name) if name else {}


@cached_signature
def trained_autoencoder(wildcards):
    """Return the autoencoder, prior and train codes that a method uses; {} for a method without an autoencoder."""
    name = study.methods[wildcards.method].autoencoder
    if not name:
        return {}
    run = f"{wildcards.dataset}/{name}/{wildcards.seeds}"
    return {
        "autoencoder_weights": f"results/autoencoder/{run}/weights.safetensors",
        "sampler": f"results/latents/{run}/sampler.safetensors",
        "train_codes": f"results/latents/{run}/train.npy",
    }


def list_splits(dataset):
    """Return the splits and labels of the data set of a reproduction; {} for a reproduction without data."""
    names = ("train", "test", "train_labels", "test_labels") if dataset else ()
    return {name: f"results/data/{dataset}/{name}.npy" for name in names}


def mark_for_report(path, category, caption, **labels):
    """Mark a file for `snakemake --report`; its caption is in workflow/report/."""
    return report(
        path,
        caption=f"../report/{caption}.rst",
        category=category,
        subcategory=study.study.name,
        labels=labels,
    )


def mark_figure(name):
    """Mark a figure for `snakemake --report`, in the category of its section."""
    captions = list(WORKFLOW.glob(f"report/*/{name}.rst"))
    if not captions:
        raise WorkflowError(
            f"the figure {name} has no caption in workflow/report: run `aegan docs`"
        )
    section = captions[0].parent.name
    return mark_for_report(
        f"{REPORT}/figures/{name}.svg",
        section.capitalize(),
        f"{section}/{name}",
        figure=name.replace("_", " "),
    )


def per_method(pattern, seeds=BLOCKS):
    """Return the files of all methods, on the data sets that each runs on."""
    return [
        path
        for dataset in DATASETS
        for path in expand(
            pattern, dataset=dataset, method=study.runs[dataset], seeds=seeds
        )
    ]


def per_diagnosis(pattern):
    """Return the files of the diagnosis of all methods; none if the config has `diagnosis: off`."""
    return per_method(pattern) if study.diagnosis else []


def per_autoencoder(pattern):
    """Return the files of all autoencoders, on the data sets on which a method uses them."""
    return [
        path
        for dataset in DATASETS
        for path in expand(
            pattern,
            dataset=dataset,
            autoencoder=study.used_autoencoders[dataset],
            seeds=BLOCKS,
        )
    ]


def per_reproduction(pattern):
    return [
        pattern.format(reproduction=name, seeds=seeds)
        for name, blocks in study.reproduction_blocks.items()
        for seeds in blocks
    ]


def list_records(runs, *rule_names):
    """Return the job records of some rules for some runs, such as {dataset}/{method}/{seeds}."""
    return [
        f"results/provenance/{name}/{run}.json" for name in rule_names for run in runs
    ]
