FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OPENBLAS_NUM_THREADS=1 \
    HOME=/tmp \
    PORT=8501

WORKDIR /srv/bnlab
COPY requirements.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore -r requirements.txt
COPY .streamlit/config.toml .streamlit/config.toml
COPY LICENSE ./
COPY bncore bncore
COPY app app
RUN python -m compileall -q bncore app && python -m app.http.compress

USER 10001:10001
EXPOSE 8501
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-I", "-S", "app/http/ready.py"]
CMD ["python", "-m", "app"]
