from snakemake.utils import min_version

min_version("9.10")


include: "workflow/rules/config_files.smk"


configfile: "config/config.yaml"


# Used only with `--software-deployment-method apptainer`; the image is built from the Dockerfile.
container: "docker-daemon://aegan:0.1.0"


include: "workflow/rules/common.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/autoencoder.smk"
include: "workflow/rules/latents.smk"
include: "workflow/rules/gan.smk"
include: "workflow/rules/diagnosis.smk"
include: "workflow/rules/evaluation.smk"
include: "workflow/rules/reproductions.smk"
include: "workflow/rules/report.smk"


# every phase, not only the report: a clone has the reports, which are in Git, but not their results
rule all:
    default_target: True
    input:
        rules.data.input,
        rules.autoencoder.input,
        rules.latents.input,
        rules.gan.input,
        rules.diagnosis.input,
        rules.evaluation.input,
        rules.reproductions.input,
        rules.report.input,
