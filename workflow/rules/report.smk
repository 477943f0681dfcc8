FIGURE_DATA = f"results/report/{study.study.name}"
TABLES = [
    *(
        f"{REPORT}/{name_table_file(table)}"
        for table in ("gradients", "diagnosis", "pairs", "mechanism")
    ),
    *(
        mark_for_report(
            f"{REPORT}/{name_table_file(table)}", "Tables", table, table=table
        )
        for table in ("verdicts", "quality", "ladder", "cost", "decisions")
    ),
    *(
        f"{FIGURE_DATA}/{table}.parquet"
        for table in (
            "probe",
            "dynamics",
            "autoencoders",
            "autoencoder_quality",
            "latents",
            "profiles",
            "left_out",
        )
    ),
]


report: "../report/study.rst"


# the records of all jobs except write_crate; as targets, because Snakemake does not remake missing intermediate files
RECORDS = [
    *list_records(FETCHED, "fetch"),
    *list_records(DATASETS, "prepare", "train_features", "measure_real_data"),
    *list_records(
        per_autoencoder("{dataset}/{autoencoder}/{seeds}"),
        "train_autoencoder",
        "encode",
        "evaluate_autoencoder",
    ),
    *list_records(
        per_method("{dataset}/{method}/{seeds}"),
        "train_gan",
        "sample_gan",
        "evaluate_gan",
    ),
    *list_records(per_diagnosis("{dataset}/{method}/{seeds}"), "diagnose_gan"),
    *list_records(
        [f"{study.study.name}/{dataset}" for dataset in DATASETS], "measure_spread"
    ),
    *list_records(per_reproduction("{reproduction}/{seeds}"), "reproduce"),
    *list_records([study.study.name], "tabulate", "draw", "grade", "write_report"),
]


rule report:
    input:
        f"{REPORT}/index.html",
        f"{REPORT}/metrics.json",
        f"{REPORT}/ro-crate-metadata.json",
        RECORDS,
        TRACKED,


rule tabulate:
    input:
        gan_histories=per_method(
            "results/gan/{dataset}/{method}/{seeds}/training.parquet"
        ),
        gan_runs=per_method("results/gan/{dataset}/{method}/{seeds}/run.json"),
        gan_quality=[
            *per_method(
                "results/evaluation/gan/{dataset}/{method}/{seeds}/quality.csv"
            ),
            *SEED_VARIABILITY,
        ],
        gan_probes=per_diagnosis(
            "results/diagnosis/{dataset}/{method}/{seeds}/probe.parquet"
        ),
        gan_dynamics=per_diagnosis(
            "results/diagnosis/{dataset}/{method}/{seeds}/dynamics.parquet"
        ),
        samples=per_method("results/gan/{dataset}/{method}/{seeds}/samples.npy"),
        qualitative_samples=per_method(
            "results/gan/{dataset}/{method}/{seeds}/exhibit.safetensors",
            seeds=BLOCKS[:1],
        ),
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
        test=expand("results/data/{dataset}/test.npy", dataset=DATASETS),
        train=expand("results/data/{dataset}/train.npy", dataset=DATASETS),
        train_labels=expand("results/data/{dataset}/train_labels.npy", dataset=DATASETS),
        ladders=expand("results/evaluation/data/{dataset}/ladder.csv", dataset=DATASETS),
        left_out=expand(
            "results/evaluation/data/{dataset}/left_out.csv", dataset=DATASETS
        ),
    output:
        tables=TABLES,
        metrics=f"{REPORT}/metrics.json",
        pictures=f"{FIGURE_DATA}/pictures.safetensors",
        provenance=f"results/provenance/tabulate/{study.study.name}.json",
    log:
        f"logs/tabulate/{study.study.name}.log",
    benchmark:
        f"logs/benchmarks/tabulate/{study.study.name}.tsv"
    threads: 1
    resources:
        gpu=0,
        mem_mb=scaled_by_attempt(2000),
        runtime=scaled_by_attempt(30),
    params:
        datasets=DATASETS,
        verdicts=study.resolve_params("verdicts"),
        report=study.resolve_params("report"),
        comparisons={
            "methods": {
                name: study.resolve_params("methods", name) for name in METHODS
            },
            "baselines": study.baselines,
            "differences": study.differences,
            "study": {
                key: value
                for key, value in study.resolve_params("study").items()
                if key in ("datasets", "primary", "replications")
            },
        },
        code=code("tabulate"),
    script:
        "../scripts/tabulate.py"


rule draw:
    input:
        tables=TABLES,
        pictures=rules.tabulate.output.pictures,
        manifests=expand("results/data/{dataset}/manifest.json", dataset=DATASETS),
    output:
        left_out=f"{FIGURE_DATA}/left_out.json",
        figures=[mark_figure(name) for name in FIGURE_NAMES],
        provenance=f"results/provenance/draw/{study.study.name}.json",
    log:
        f"logs/draw/{study.study.name}.log",
    benchmark:
        f"logs/benchmarks/draw/{study.study.name}.tsv"
    threads: 1
    resources:
        gpu=0,
        mem_mb=scaled_by_attempt(2000),
        runtime=scaled_by_attempt(30),
    params:
        study_name=study.study.name,
        datasets=DATASETS,
        methods=METHODS,
        shown_channels={
            name: study.datasets[name].show
            for name in DATASETS
            if study.datasets[name].show
        },
        code=code("draw"),
    script:
        "../scripts/draw.py"


rule write_report:
    input:
        **INCEPTION,
        tables=[*TABLES, rules.grade.output.grades],
        pictures=rules.tabulate.output.pictures,
        figures=rules.draw.output.figures,
        left_out=rules.draw.output.left_out,
        reproduction_figures=rules.grade.output.figures,
        manifests=expand("results/data/{dataset}/manifest.json", dataset=DATASETS),
        feature_records=expand(
            "results/evaluation/data/{dataset}/features.json", dataset=DATASETS
        ),
        runs=[*rules.tabulate.input.gan_runs, *rules.tabulate.input.autoencoder_runs],
    output:
        page=mark_for_report(
            f"{REPORT}/index.html", "Report", "page", page="the whole report"
        ),
        provenance=f"results/provenance/write_report/{study.study.name}.json",
    log:
        f"logs/write_report/{study.study.name}.log",
    benchmark:
        f"logs/benchmarks/write_report/{study.study.name}.tsv"
    threads: 1
    resources:
        gpu=0,
        mem_mb=scaled_by_attempt(2000),
        runtime=scaled_by_attempt(30),
    params:
        study_name=study.study.name,
        datasets=DATASETS,
        methods=METHODS,
        settings=study.settings,
        config_files=[*([str(CONFIG)] if CONFIG.is_file() else []), *OVERLAYS],
        command=command,
        code=code("write_report"),
    script:
        "../scripts/write_report.py"


rule write_crate:
    input:
        records=RECORDS,
    output:
        crate=f"{REPORT}/ro-crate-metadata.json",
        provenance=f"results/provenance/write_crate/{study.study.name}.json",
    log:
        f"logs/write_crate/{study.study.name}.log",
    benchmark:
        f"logs/benchmarks/write_crate/{study.study.name}.tsv"
    threads: 1
    resources:
        gpu=0,
        mem_mb=scaled_by_attempt(1000),
        runtime=scaled_by_attempt(30),
    params:
        study_name=study.study.name,
        code=code("write_crate"),
    script:
        "../scripts/write_crate.py"


# this file is included last, so that all digests of code have been computed
save_sources()
