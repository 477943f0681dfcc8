rule data:
    input:
        expand("results/data/{dataset}/manifest.json", dataset=DATASETS),


for name, entry in study.datasets.items():
    if hasattr(SOURCES[entry.source.name], "FETCHED_FILES"):

        rule:
            name:
                f"fetch_{name}"
            output:
                files=expand(
                    "results/data/{dataset}/raw/{file}",
                    dataset=name,
                    file=SOURCES[entry.source.name].FETCHED_FILES,
                ),
                provenance=f"results/provenance/fetch/{name}.json",
            log:
                f"logs/fetch/{name}.log",
            benchmark:
                f"logs/benchmarks/fetch/{name}.tsv"
            threads: 1
            resources:
                gpu=0,
                mem_mb=scaled_by_attempt(500),
                runtime=scaled_by_attempt(60),
            params:
                source=study.resolve_params("datasets", name)["source"],
                code=code("fetch"),
            script:
                "../scripts/fetch.py"


rule prepare:
    input:
        fetched=fetched_files,
    output:
        train="results/data/{dataset}/train.npy",
        test="results/data/{dataset}/test.npy",
        train_labels="results/data/{dataset}/train_labels.npy",
        test_labels="results/data/{dataset}/test_labels.npy",
        manifest="results/data/{dataset}/manifest.json",
        listing=f"results/data/{{dataset}}/{LISTING}",
        provenance="results/provenance/prepare/{dataset}.json",
    log:
        "logs/prepare/{dataset}.log",
    benchmark:
        "logs/benchmarks/prepare/{dataset}.tsv"
    threads: 1
    resources:
        gpu=0,
        mem_mb=scaled_by_attempt(2000),
        runtime=scaled_by_attempt(30),
        # resources, because a change of a param would prepare the data again
        needed_train_rows=needed_train_rows,
        needed_test_rows=needed_test_rows,
        needs_labels=needs_labels,
    params:
        dataset_config=dataset_config,
        raw_digest=raw_digest,
        code=code("prepare"),
    script:
        "../scripts/prepare.py"
