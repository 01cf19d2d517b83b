# syntax=docker/dockerfile:1

# 1. The PWA, which imports the sync engine's source.
FROM node:22-bookworm-slim AS pwa
WORKDIR /build
ENV npm_config_cache=/cache/npm
COPY sync/typescript/package.json sync/typescript/package-lock.json sync/typescript/
COPY pwa/package.json pwa/package-lock.json pwa/
RUN --mount=type=cache,target=/cache/npm \
    npm --prefix sync/typescript ci --no-audit --no-fund \
    && npm --prefix pwa ci --no-audit --no-fund
COPY sync/typescript sync/typescript
COPY pwa pwa
RUN npm --prefix pwa run build

# 2. The wheel with the built PWA inside, installed at the locked versions.
FROM python:3.13-slim-bookworm AS server
WORKDIR /build
ENV UV_CACHE_DIR=/cache/uv UV_LINK_MODE=copy
RUN pip install --no-cache-dir uv==0.13.9 && uv venv /opt/cairn
COPY LICENSE README.md pyproject.toml requirements.lock ./
COPY server server
COPY sync/python sync/python
COPY --from=pwa /build/server/cairn/static server/cairn/static
COPY --from=pwa /build/pwa/node_modules/@embedpdf/fonts-sc/LICENSE \
    /build/pwa/node_modules/@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf server/cairn/fonts/
RUN --mount=type=cache,target=/cache/uv \
    uv build --wheel --out-dir /build/dist \
    && VIRTUAL_ENV=/opt/cairn uv pip install --constraint requirements.lock "$(echo dist/*.whl)[s3]"

# 3. What runs: no compiler, no package manager's cache, no root.
FROM python:3.13-slim-bookworm
RUN groupadd --system --gid 10001 cairn \
    && useradd --system --uid 10001 --gid cairn --home-dir /data --no-create-home --shell /usr/sbin/nologin cairn \
    && install --directory --owner=cairn --group=cairn --mode=0750 /data
COPY --from=server /opt/cairn /opt/cairn
ENV PATH=/opt/cairn/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER cairn
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["cairn"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000", "--data", "/data"]
