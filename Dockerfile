# syntax=docker/dockerfile:1
FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/beian-bot
COPY requirements.lock ./
RUN /opt/beian-bot/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY data data
COPY locales locales
RUN /opt/beian-bot/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --no-create-home bot && install -d -o bot -g bot /data
COPY --from=build /opt/beian-bot /opt/beian-bot
ENV PATH=/opt/beian-bot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    BOT_DATABASE=/data/bot.db \
    BOT_LISTEN=0.0.0.0
USER bot
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["beian-bot"]
CMD ["run"]
