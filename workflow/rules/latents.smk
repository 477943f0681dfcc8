rule latents:
    input:
        per_autoencoder(
            "results/latents/{dataset}/{autoencoder}/{seeds}/sampler.safetensors"
        ),


rule encode:
    input:
        train="results/data/{dataset}/train.npy",
        test="results/data/{dataset}/test.npy",
        autoencoder_weights="results/autoencoder/{dataset}/{autoencoder}/{seeds}/weights.safetensors",
    output:
        train_codes="results/latents/{dataset}/{autoencoder}/{seeds}/train.npy",
        test_codes="results/latents/{dataset}/{autoencoder}/{seeds}/test.npy",
        sampler="results/latents/{dataset}/{autoencoder}/{seeds}/sampler.safetensors",
        provenance="results/provenance/encode/{dataset}/{autoencoder}/{seeds}.json",
    log:
        "logs/encode/{dataset}/{autoencoder}/{seeds}.log",
    benchmark:
        "logs/benchmarks/encode/{dataset}/{autoencoder}/{seeds}.tsv"
    threads: 1
    resources:
        gpu=one_gpu,
        mem_mb=scaled_by_attempt(2000),
        runtime=scaled_by_attempt(60),
    params:
        autoencoder_config=autoencoder_config,
        latents=study.resolve_params("latents"),
        code=code("encode"),
    script:
        "../scripts/encode.py"
