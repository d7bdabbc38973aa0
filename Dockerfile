# syntax=docker/dockerfile:1
# Two images: `portal` runs web, tasks, clock and commands; `proxy` is nginx with the stylesheets of the same version.
ARG PYTHON_IMAGE=python:3.12-slim-bookworm
ARG NGINX_IMAGE=nginx:1.28-alpine

FROM ${PYTHON_IMAGE} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 DJANGO_SETTINGS_MODULE=portal.settings.build STATIC_ROOT=/srv/portal/static
WORKDIR /srv/portal/app
RUN python -m venv /srv/portal/venv
# The lock of what runs, with hashes: another file under the same version is refused. Nothing is compiled here.
COPY deploy/requirements.txt deploy/requirements.txt
RUN /srv/portal/venv/bin/pip install --require-hashes --only-binary :all: --requirement deploy/requirements.txt
COPY . .
RUN /srv/portal/venv/bin/python manage.py compile_catalogues \
 && /srv/portal/venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
 && /srv/portal/venv/bin/python -m compileall -q .

FROM ${PYTHON_IMAGE} AS portal
RUN useradd --system --uid 10001 --home-dir /srv/portal --shell /usr/sbin/nologin portal \
 && mkdir -p /srv/portal/media /srv/portal/search /srv/portal/backups \
 && chown portal:portal /srv/portal/media /srv/portal/search /srv/portal/backups
COPY --from=build /srv/portal /srv/portal
ENV PATH=/srv/portal/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=portal.settings.production \
    STATIC_ROOT=/srv/portal/static \
    MEDIA_ROOT=/srv/portal/media \
    SEARCH_INDEX_PATH=/srv/portal/search \
    WEB_BIND=0.0.0.0:8000
WORKDIR /srv/portal/app
USER portal
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s CMD ["python", "deploy/healthy.py"]
CMD ["gunicorn", "--config", "python:portal.gunicorn", "portal.wsgi"]

FROM ${NGINX_IMAGE} AS proxy
COPY deploy/nginx/portal.conf /etc/nginx/portal.conf
COPY deploy/nginx/compose.conf /etc/nginx/conf.d/default.conf
COPY --from=build /srv/portal/static /srv/portal/static
EXPOSE 80 443
HEALTHCHECK --interval=15s --timeout=6s CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8081/alive"]
