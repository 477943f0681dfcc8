SEED_VARIABILITY = expand(
    "results/evaluation/spread/{study}/{dataset}/quality.csv",
    study=study.study.name,
    dataset=DATASETS,
)


rule evaluation:
    input:
        per_method("results/evaluation/gan/{dataset}/{method}/{seeds}/quality.csv"),
        SEED_VARIABILITY,
        per_autoencoder(
            "results/evaluation/autoencoder/{dataset}/{autoencoder}/{seeds}/quality.csv"
        ),
        expand("results/evaluation/data/{dataset}/ladder.csv", dataset=DATASETS),


rule train_features:
    input:
        train="results/data/{dataset}/train.npy",
        test="results/data/{dataset}/test.npy",
        train_labels="results/data/{dataset}/train_labels.npy",
        test_labels="results/data/{dataset}/test_labels.npy",
        manifest="results/data/{dataset}/manifest.json",
    output:
        features="results/evaluation/data/{dataset}/features.safetensors",
        feature_record="results/evaluation/data/{dataset}/features.json",
        provenance="results/provenance/train_features/{dataset}.json",
    log:
        "logs/train_features/{dataset}.log",
    benchmark:
        "logs/benchmarks/train_features/{dataset}.tsv"
    threads: 1
    resources:
        gpu=one_gpu,
        mem_mb=scaled_by_attempt(2000),
        runtime=scaled_by_attempt(60),
    params:
        epochs=study.evaluation.classifier_epochs,
        checkpoints=".checkpoints/evaluation/{dataset}",
        code=code("train_features"),
    script:
        "../scripts/train_features.py"


rule measure_real_data:
    input:
        **INCEPTION,
        train="results/data/{dataset}/train.npy",
        test="results/data/{dataset}/test.npy",
        test_labels="results/data/{dataset}/test_labels.npy",
        manifest="results/data/{dataset}/manifest.json",
        features="results/evaluation/data/{dataset}/features.safetensors",
    output:
        reference="results/evaluation/data/{dataset}/reference.safetensors",
        floor="results/evaluation/data/{dataset}/floor.csv",
        left_out="results/evaluation/data/{dataset}/left_out.csv",
        ladder="results/evaluation/data/{dataset}/ladder.csv",
        provenance="results/provenance/measure_real_data/{dataset}.json",
    log:
        "logs/measure_real_data/{dataset}.log",
    benchmark:
        "logs/benchmarks/measure_real_data/{dataset}.tsv"
    threads: 1
    resources:
        gpu=gpu_for_inception,
        mem_mb=scaled_by_attempt(4000),
        runtime=scaled_by_attempt(120),
    params:
        sample_count=study.evaluation.samples,
        subset=study.evaluation.subset,
        has_codes=has_codes,
        code=code("measure_real_data"),
    script:
        "../scripts/measure_real_data.py"


rule evaluate_gan:
    input:
        **INCEPTION,
        test="results/data/{dataset}/test.npy",
        test_labels="results/data/{dataset}/test_labels.npy",
        manifest="results/data/{dataset}/manifest.json",
        samples="results/gan/{dataset}/{method}/{seeds}/samples.npy",
        reconstructions="results/gan/{dataset}/{method}/{seeds}/reconstructions.npy",
        classes="results/gan/{dataset}/{method}/{seeds}/classes.npy",
        features="results/evaluation/data/{dataset}/features.safetensors",
        floor="results/evaluation/data/{dataset}/floor.csv",
        reference="results/evaluation/data/{dataset}/reference.safetensors",
    output:
        quality="results/evaluation/gan/{dataset}/{method}/{seeds}/quality.csv",
        moments="results/evaluation/gan/{dataset}/{method}/{seeds}/moments.safetensors",
        provenance="results/provenance/evaluate_gan/{dataset}/{method}/{seeds}.json",
    log:
        "logs/evaluate_gan/{dataset}/{method}/{seeds}.log",
    benchmark:
        "logs/benchmarks/evaluate_gan/{dataset}/{method}/{seeds}.tsv"
    threads: 1
    resources:
        gpu=one_gpu,
        mem_mb=scaled_by_attempt(4000),
        runtime=scaled_by_attempt(60),
    params:
        subset=study.evaluation.subset,
        code=code("evaluate_gan"),
    script:
        "../scripts/evaluate_gan.py"


# of all methods and seeds of a data set at once, because a method takes milliseconds
rule measure_spread:
    input:
        moments=moments_of_dataset,
        floor="results/evaluation/data/{dataset}/floor.csv",
    output:
        quality=f"results/evaluation/spread/{study.study.name}/{{dataset}}/quality.csv",
        provenance=f"results/provenance/measure_spread/{study.study.name}/{{dataset}}.json",
    log:
        f"logs/measure_spread/{study.study.name}/{{dataset}}.log",
    benchmark:
        f"logs/benchmarks/measure_spread/{study.study.name}/{{dataset}}.tsv"
    threads: 1
    resources:
        gpu=0,
        mem_mb=scaled_by_attempt(2000),
        runtime=scaled_by_attempt(60),
    params:
        methods=methods_of_dataset,
        code=code("measure_spread"),
    script:
        "../scripts/measure_spread.py"


rule evaluate_autoencoder:
    input:
        test="results/data/{dataset}/test.npy",
        train_labels="results/data/{dataset}/train_labels.npy",
        test_labels="results/data/{dataset}/test_labels.npy",
        train_codes="results/latents/{dataset}/{autoencoder}/{seeds}/train.npy",
        test_codes="results/latents/{dataset}/{autoencoder}/{seeds}/test.npy",
        autoencoder_weights="results/autoencoder/{dataset}/{autoencoder}/{seeds}/weights.safetensors",
    output:
        quality="results/evaluation/autoencoder/{dataset}/{autoencoder}/{seeds}/quality.csv",
        reconstructions="results/evaluation/autoencoder/{dataset}/{autoencoder}/{seeds}/reconstructions.npy",
        projection="results/evaluation/autoencoder/{dataset}/{autoencoder}/{seeds}/projection.csv",
        provenance="results/provenance/evaluate_autoencoder/{dataset}/{autoencoder}/{seeds}.json",
    log:
        "logs/evaluate_autoencoder/{dataset}/{autoencoder}/{seeds}.log",
    benchmark:
        "logs/benchmarks/evaluate_autoencoder/{dataset}/{autoencoder}/{seeds}.tsv"
    threads: 1
    resources:
        gpu=one_gpu,
        mem_mb=scaled_by_attempt(2000),
        runtime=scaled_by_attempt(60),
    params:
        autoencoder_config=autoencoder_config,
        sample_count=min(study.evaluation.samples, study.evaluation.subset),
        code=code("evaluate_autoencoder"),
    script:
        "../scripts/evaluate_autoencoder.py"
