rule diagnosis:
    input:
        per_diagnosis("results/diagnosis/{dataset}/{method}/{seeds}/probe.parquet"),


if study.diagnosis:

    rule diagnose_gan:
        input:
            unpack(trained_autoencoder),
            train="results/data/{dataset}/train.npy",
            train_labels="results/data/{dataset}/train_labels.npy",
            stages="results/gan/{dataset}/{method}/{seeds}/stages.safetensors",
        output:
            probe="results/diagnosis/{dataset}/{method}/{seeds}/probe.parquet",
            dynamics="results/diagnosis/{dataset}/{method}/{seeds}/dynamics.parquet",
            provenance="results/provenance/diagnose_gan/{dataset}/{method}/{seeds}.json",
        log:
            "logs/diagnose_gan/{dataset}/{method}/{seeds}.log",
        benchmark:
            "logs/benchmarks/diagnose_gan/{dataset}/{method}/{seeds}.tsv"
        threads: 1
        resources:
            gpu=one_gpu,
            mem_mb=scaled_by_attempt(2000),
            runtime=scaled_by_attempt(240),
        params:
            method=method,
            autoencoder_config=autoencoder_config_of_method,
            diagnosis=study.resolve_params("diagnosis"),
            checkpoints=".checkpoints/diagnosis/{dataset}/{method}/{seeds}",
            code=code("diagnose_gan"),
        script:
            "../scripts/diagnose_gan.py"
