# One image for all processes of the Procfile; compose.yaml starts them. docs/containers.md says what was tried.
# For a build that can be repeated name the image by its digest: --build-arg PYTHON_IMAGE=python@sha256:<digest>
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS packages
WORKDIR /build
COPY requirements.txt ./
# Wheels alone, each checked by its hash: no code of a package runs while it is installed.
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: \
       --requirement requirements.txt

FROM ${PYTHON_IMAGE}
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN groupadd --gid 10001 maskline \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin maskline
COPY --from=packages /venv /venv
WORKDIR /app
COPY . ./
# Compiled here, because nothing can be written later; and pyseccomp needs libseccomp, which Debian's apt brings along.
RUN python -m compileall -q . && python -c "import pyseccomp, landlock"
USER 10001:10001
EXPOSE 5000
CMD ["sh", "-c", "exec python -m proxy.check_and_run granian --interface rsgi --http 1 --no-ws --host ${LISTEN_HOST:-0.0.0.0} --port ${PORT:-5000} --workers ${WEB_CONCURRENCY:-2} --http1-header-read-timeout 30000 --backlog 2048 --backpressure 4096 --respawn-failed-workers --respawn-interval 1 --workers-kill-timeout 10 --no-access-log rsgi:app"]
