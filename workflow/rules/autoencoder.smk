rule autoencoder:
    input:
        per_autoencoder(
            "results/autoencoder/{dataset}/{autoencoder}/{seeds}/weights.safetensors"
        ),


rule train_autoencoder:
    input:
        train="results/data/{dataset}/train.npy",
        manifest="results/data/{dataset}/manifest.json",
    output:
        autoencoder_weights="results/autoencoder/{dataset}/{autoencoder}/{seeds}/weights.safetensors",
        training="results/autoencoder/{dataset}/{autoencoder}/{seeds}/training.parquet",
        run="results/autoencoder/{dataset}/{autoencoder}/{seeds}/run.json",
        provenance="results/provenance/train_autoencoder/{dataset}/{autoencoder}/{seeds}.json",
    log:
        "logs/train_autoencoder/{dataset}/{autoencoder}/{seeds}.log",
    benchmark:
        "logs/benchmarks/train_autoencoder/{dataset}/{autoencoder}/{seeds}.tsv"
    # one thread on every machine: parallelism comes from jobs, and results do not depend on it
    threads: 1
    resources:
        gpu=one_gpu,
        mem_mb=scaled_by_attempt(2000),
        runtime=scaled_by_attempt(240),
    params:
        autoencoder_config=autoencoder_config,
        probes=study.resolve_params("probes"),
        checkpoints=".checkpoints/autoencoder/{dataset}/{autoencoder}/{seeds}",
        code=code("train_autoencoder"),
    script:
        "../scripts/train_autoencoder.py"
