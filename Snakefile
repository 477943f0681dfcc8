# The workflow lies where modules and the catalogue of Snakemake workflows look for it.
include: "workflow/Snakefile"


rule default:
    default_target: True
    input:
        rules.all.input,
