rule gan:
    input:
        per_method("results/gan/{dataset}/{method}/{seeds}/samples.npy"),


rule train_gan:
    input:
        unpack(trained_autoencoder),
        train="results/data/{dataset}/train.npy",
        train_labels="results/data/{dataset}/train_labels.npy",
        manifest="results/data/{dataset}/manifest.json",
    output:
        weights="results/gan/{dataset}/{method}/{seeds}/weights.safetensors",
        stages="results/gan/{dataset}/{method}/{seeds}/stages.safetensors",
        training="results/gan/{dataset}/{method}/{seeds}/training.parquet",
        run="results/gan/{dataset}/{method}/{seeds}/run.json",
        provenance="results/provenance/train_gan/{dataset}/{method}/{seeds}.json",
    log:
        "logs/train_gan/{dataset}/{method}/{seeds}.log",
    benchmark:
        "logs/benchmarks/train_gan/{dataset}/{method}/{seeds}.tsv"
    # one thread per process on every machine: parallelism comes from jobs, and results do not depend on it
    threads: processes
    resources:
        gpu=gpu_per_process,
        mem_mb=scaled_by_attempt(2000),
        runtime=scaled_by_attempt(480),
    params:
        method=method,
        processes=processes,
        autoencoder_config=autoencoder_config_of_method,
        probes=study.resolve_params("probes"),
        checkpoints=".checkpoints/gan/{dataset}/{method}/{seeds}",
        code=code("train_gan"),
    script:
        "../scripts/train_gan.py"


rule sample_gan:
    input:
        unpack(trained_autoencoder),
        train="results/data/{dataset}/train.npy",
        train_labels="results/data/{dataset}/train_labels.npy",
        test="results/data/{dataset}/test.npy",
        weights="results/gan/{dataset}/{method}/{seeds}/weights.safetensors",
        stages="results/gan/{dataset}/{method}/{seeds}/stages.safetensors",
        run="results/gan/{dataset}/{method}/{seeds}/run.json",
    output:
        samples="results/gan/{dataset}/{method}/{seeds}/samples.npy",
        reconstructions="results/gan/{dataset}/{method}/{seeds}/reconstructions.npy",
        classes="results/gan/{dataset}/{method}/{seeds}/classes.npy",
        qualitative_samples="results/gan/{dataset}/{method}/{seeds}/exhibit.safetensors",
        provenance="results/provenance/sample_gan/{dataset}/{method}/{seeds}.json",
    log:
        "logs/sample_gan/{dataset}/{method}/{seeds}.log",
    benchmark:
        "logs/benchmarks/sample_gan/{dataset}/{method}/{seeds}.tsv"
    threads: 1
    resources:
        gpu=one_gpu,
        mem_mb=scaled_by_attempt(2000),
        runtime=scaled_by_attempt(60),
    params:
        method=method,
        autoencoder_config=autoencoder_config_of_method,
        sample_count=study.evaluation.samples,
        subset=study.evaluation.subset,
        code=code("sample_gan"),
    script:
        "../scripts/sample_gan.py"
