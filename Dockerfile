FROM python:3.11-slim AS build
WORKDIR /src
RUN python3 -m venv /opt/double-random
COPY requirements/run.txt requirements/
RUN /opt/double-random/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r requirements/run.txt
COPY LICENSE README.md pyproject.toml ./
COPY app app
COPY migrations migrations
COPY publicity publicity
COPY registry registry
COPY sampling sampling
RUN /opt/double-random/bin/pip install --no-cache-dir --no-build-isolation --no-deps .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin double-random \
    && install --directory --owner double-random --mode 0700 /var/lib/double-random
COPY --from=build /opt/double-random /opt/double-random
ENV PATH=/opt/double-random/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DOUBLE_RANDOM_DATA_DIR=/var/lib/double-random \
    DOUBLE_RANDOM_DATABASE_URL=sqlite:////var/lib/double-random/double-random.db \
    DOUBLE_RANDOM_HOST=0.0.0.0 \
    DOUBLE_RANDOM_PORT=8000
# The key file lies here: keep the volume, and keep it from whoever administers the database.
VOLUME /var/lib/double-random
WORKDIR /var/lib/double-random
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python3", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['DOUBLE_RANDOM_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["double-random"]
CMD ["serve"]
