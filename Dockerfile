# One image for web, worker, beat and migrate; docker-compose.yml says which command each runs.

FROM python:3.13-slim AS packages
WORKDIR /build
RUN python -m venv /opt/venv
COPY requirements/base.txt .
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes -r base.txt

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=cdmo_portal.settings \
    STATIC_ROOT=/srv/static \
    MEDIA_ROOT=/srv/media
# A fixed number, so that the owner of a mounted volume is known beforehand.
RUN useradd --system --uid 10001 --home-dir /srv --no-create-home portal \
    && install --directory --owner=portal /srv/static /srv/media
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY manage.py ./
COPY cdmo_portal cdmo_portal
COPY partners partners
COPY matching matching
COPY templates templates
COPY static static
# The API answers with its committed description.
COPY docs/openapi.yaml docs/openapi.yaml
RUN python -m compileall -q . && python manage.py collectstatic --no-input
USER portal
EXPOSE 8000
# exec, so that the server itself gets the signal to stop.
CMD ["sh", "-c", "exec granian --interface wsgi --host 0.0.0.0 --port 8000 --workers ${WEB_WORKERS:-2} --blocking-threads ${DATABASE_POOL_SIZE:-4} --workers-kill-timeout 20 --respawn-failed-workers cdmo_portal.wsgi:application"]
