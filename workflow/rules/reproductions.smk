rule reproductions:
    input:
        per_reproduction(
            "results/reproductions/{reproduction}/{seeds}/measured.parquet"
        ),


for name, entry in study.reproductions.items():

    rule:
        name:
            f"reproduce_{name}"
        input:
            **list_splits(entry.dataset),
        output:
            measured=f"results/reproductions/{name}/{{seeds}}/measured.parquet",
            provenance=f"results/provenance/reproduce/{name}/{{seeds}}.json",
        log:
            f"logs/reproduce/{name}/{{seeds}}.log",
        benchmark:
            f"logs/benchmarks/reproduce/{name}/{{seeds}}.tsv"
        threads: 1
        resources:
            gpu=one_gpu,
            mem_mb=scaled_by_attempt(4000),
            runtime=scaled_by_attempt(480),
        params:
            reproduction=study.resolve_params("reproductions", name)["result"],
            code=code("reproduce"),
        script:
            "../scripts/reproduce.py"


rule grade:
    input:
        measured=rules.reproductions.input,
        decisions=f"reports/{study.study.name}/decisions.csv",
    output:
        grades=mark_for_report(
            f"{REPORT}/reproductions.csv",
            "Published results",
            "reproductions",
            table="reproductions",
        ),
        figures=[
            mark_for_report(
                f"{REPORT}/reproductions/{name}.svg",
                "Published results",
                "reproduction",
                figure=name.replace("_", " "),
            )
            for name in REPRODUCTIONS
        ],
        provenance=f"results/provenance/grade/{study.study.name}.json",
    log:
        f"logs/grade/{study.study.name}.log",
    benchmark:
        f"logs/benchmarks/grade/{study.study.name}.tsv"
    threads: 1
    resources:
        gpu=0,
        mem_mb=scaled_by_attempt(2000),
        runtime=scaled_by_attempt(30),
    params:
        reproductions={
            name: study.resolve_params("reproductions", name)["result"]
            for name in REPRODUCTIONS
        },
        sources={
            name: study.resolve_params("datasets", entry.dataset)["source"]
            for name, entry in study.reproductions.items()
            if name in REPRODUCTIONS and entry.dataset
        },
        blocks=[len(study.reproduction_blocks[name]) for name in REPRODUCTIONS],
        methods_with_autoencoder=[
            name for name in METHODS if study.methods[name].autoencoder
        ],
        code=code("grade"),
    script:
        "../scripts/grade.py"
