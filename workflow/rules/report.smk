REPORT = f"reports/{study.study.name}"
DRAWN_FROM = f"results/report/{study.study.name}"
TABLES = [
    *(
        f"{REPORT}/{table}.csv"
        for table in (
            "gradients",
            "diagnosis",
            "verdicts",
            "quality",
            "ladder",
            "cost",
            "decisions",
        )
    ),
    *(
        f"{DRAWN_FROM}/{table}.parquet"
        for table in (
            "probe",
            "dynamics",
            "autoencoders",
            "autoencoder_quality",
            "latents",
            "profiles",
        )
    ),
]


# what makes the report again: the overlays given on the command line, relative to the folder they are called from
OVERLAYS = [os.path.relpath(path) for path in workflow.overwrite_configfiles]
COMMAND = shlex.join(["snakemake", *(["--configfile", *OVERLAYS] if OVERLAYS else [])])


rule report:
    input:
        f"{REPORT}/index.html",
        f"{REPORT}/metrics.json",


rule tabulate:
    input:
        gan_histories=per_method(
            "results/gan/{dataset}/{method}/{seeds}/training.parquet"
        ),
        gan_runs=per_method("results/gan/{dataset}/{method}/{seeds}/run.json"),
        gan_quality=per_method(
            "results/evaluation/gan/{dataset}/{method}/{seeds}/quality.csv"
        ),
        probes=per_method("results/diagnosis/{dataset}/{method}/{seeds}/probe.parquet"),
        dynamics=per_method(
            "results/diagnosis/{dataset}/{method}/{seeds}/dynamics.parquet"
        ),
        samples=per_method("results/gan/{dataset}/{method}/{seeds}/samples.npy"),
        autoencoder_histories=per_autoencoder(
            "results/autoencoder/{dataset}/{autoencoder}/{seeds}/training.parquet"
        ),
        autoencoder_runs=per_autoencoder(
            "results/autoencoder/{dataset}/{autoencoder}/{seeds}/run.json"
        ),
        autoencoder_quality=per_autoencoder(
            "results/evaluation/autoencoder/{dataset}/{autoencoder}/{seeds}/quality.csv"
        ),
        reconstructions=per_autoencoder(
            "results/evaluation/autoencoder/{dataset}/{autoencoder}/{seeds}/reconstructions.npy"
        ),
        projections=per_autoencoder(
            "results/evaluation/autoencoder/{dataset}/{autoencoder}/{seeds}/projection.csv"
        ),
        originals=expand("results/data/{dataset}/test.npy", dataset=DATASETS),
        ladders=expand("results/evaluation/data/{dataset}/ladder.csv", dataset=DATASETS),
    output:
        tables=TABLES,
        metrics=f"{REPORT}/metrics.json",
        picked=f"{DRAWN_FROM}/pictures.safetensors",
    log:
        f"logs/tabulate/{study.study.name}.log",
    benchmark:
        f"logs/benchmarks/tabulate/{study.study.name}.tsv"
    threads: 1
    resources:
        gpu=0,
        mem_mb=2000,
        runtime=30,
    params:
        datasets=DATASETS,
        verdicts=study.resolved("verdicts"),
        report=study.resolved("report"),
        code=code("tabulate"),
    script:
        "../scripts/tabulate.py"


rule draw:
    input:
        tables=TABLES,
        pictures=rules.tabulate.output.picked,
    output:
        figures=expand(
            f"{REPORT}/figures/{{figure}}.{{format}}",
            figure=FIGURE_NAMES,
            format=["svg", "png"],
        ),
    log:
        f"logs/draw/{study.study.name}.log",
    benchmark:
        f"logs/benchmarks/draw/{study.study.name}.tsv"
    threads: 1
    resources:
        gpu=0,
        mem_mb=2000,
        runtime=30,
    params:
        study_name=study.study.name,
        datasets=DATASETS,
        methods=METHODS,
        code=code("draw"),
    script:
        "../scripts/draw.py"


rule write_report:
    input:
        tables=[*TABLES, rules.grade.output.grades],
        pictures=rules.tabulate.output.picked,
        figures=rules.draw.output.figures,
        drawings=rules.grade.output.figures,
        manifests=expand("results/data/{dataset}/manifest.json", dataset=DATASETS),
        features=expand(
            "results/evaluation/data/{dataset}/features.json", dataset=DATASETS
        ),
        runs=[*rules.tabulate.input.gan_runs, *rules.tabulate.input.autoencoder_runs],
    output:
        page=f"{REPORT}/index.html",
    log:
        f"logs/write_report/{study.study.name}.log",
    benchmark:
        f"logs/benchmarks/write_report/{study.study.name}.tsv"
    threads: 1
    resources:
        gpu=0,
        mem_mb=2000,
        runtime=30,
    params:
        study_name=study.study.name,
        datasets=DATASETS,
        methods=METHODS,
        settings=study.model_dump(mode="json", exclude_none=True),
        command=COMMAND,
        code=code("write_report"),
    script:
        "../scripts/write_report.py"
