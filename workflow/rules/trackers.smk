from aegan.probes.trackers.registry import require_trackers

# before hours of training, not after them
try:
    require_trackers(study.report.trackers or [])
except AeganError as error:
    stop(error)

TRACKED = expand(
    f"results/trackers/{study.study.name}/{{tracker}}",
    tracker=study.report.trackers or [],
)


# the store of a tracker is one folder for all runs, which its readers compare
rule export_histories:
    input:
        gan_histories=per_method(
            "results/gan/{dataset}/{method}/{seeds}/training.parquet"
        ),
        autoencoder_histories=per_autoencoder(
            "results/autoencoder/{dataset}/{autoencoder}/{seeds}/training.parquet"
        ),
    output:
        folder=directory(f"results/trackers/{study.study.name}/{{tracker}}"),
        provenance=f"results/provenance/export_histories/{study.study.name}/{{tracker}}.json",
    log:
        f"logs/export_histories/{study.study.name}/{{tracker}}.log",
    benchmark:
        f"logs/benchmarks/export_histories/{study.study.name}/{{tracker}}.tsv"
    wildcard_constraints:
        tracker=r"\w+",
    threads: 1
    resources:
        gpu=0,
        mem_mb=scaled_by_attempt(2000),
        runtime=scaled_by_attempt(60),
    params:
        code=code("export_histories"),
    script:
        "../scripts/export_histories.py"
