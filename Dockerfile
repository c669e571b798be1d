# erp-bridge, and an SFTP server to receive files with. Build one of the targets:
#   docker build --target bridge -t erp-bridge .
#   docker build --target sftp -t erp-bridge-sftp .
# A mirror is chosen from outside: --build-arg PYTHON_IMAGE=..., --build-arg DEBIAN_IMAGE=..., and PIP_INDEX_URL.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
ARG DEBIAN_IMAGE=debian:bookworm-slim

# ---- The wheel, and an environment with the locked releases ---------------------------------------------------------
FROM ${PYTHON_IMAGE} AS build
ARG PIP_INDEX_URL
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
COPY requirements.lock requirements-dev.lock ./
RUN python -m venv /opt/bridge && /opt/bridge/bin/pip install --require-hashes -r requirements.lock
RUN python -m venv /opt/tools && /opt/tools/bin/pip install --require-hashes -r requirements-dev.lock
COPY pyproject.toml README.md LICENSE ./
COPY bridge bridge
COPY templates templates
COPY samples samples
RUN /opt/tools/bin/python -m build --wheel --no-isolation --outdir /wheel . \
 && /opt/bridge/bin/pip install --no-deps --no-index /wheel/*.whl

# ---- The program: no compiler, no build tools, no root --------------------------------------------------------------
FROM ${PYTHON_IMAGE} AS bridge
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin bridge \
 && install -d -o bridge -g bridge -m 0750 /srv/bridge /srv/demo
COPY --from=build /opt/bridge /opt/bridge
ENV PATH=/opt/bridge/bin:$PATH PYTHONUNBUFFERED=1
USER bridge
WORKDIR /srv/bridge
STOPSIGNAL SIGTERM
ENTRYPOINT ["bridge"]
CMD ["run", "--config", "/srv/bridge"]

# ---- An SFTP server: Debian's own OpenSSH, keys only, locked into one folder ----------------------------------------
FROM ${DEBIAN_IMAGE} AS sftp
RUN apt-get update \
 && apt-get install -y --no-install-recommends openssh-server \
 && rm -rf /var/lib/apt/lists/* /etc/ssh/ssh_host_*
COPY deploy/sftp-server /usr/local/bin/sftp-server-of-one-folder
EXPOSE 2222
STOPSIGNAL SIGTERM
ENTRYPOINT ["sftp-server-of-one-folder"]
CMD ["--root", "/srv/sftp", "--state", "/srv/sftp-state", "--user", "bridge", "--port", "2222"]
