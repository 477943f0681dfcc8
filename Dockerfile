# docker build -t aegan:0.1.0 . && docker run --rm -v "$PWD":/study -w /study aegan:0.1.0
FROM python:3.12-slim
WORKDIR /aegan
COPY . .
RUN pip install --no-cache-dir -r requirements.lock && pip install --no-cache-dir --no-deps .
CMD ["snakemake", "--snakefile", "/aegan/workflow/Snakefile"]
