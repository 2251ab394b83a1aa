# One container runs the whole fleet: supervisor, PM2, master, one worker and one browser for every session.
#   docker build -t zap-fleet .
#   docker compose up -d            (docker-compose.yml has the volumes that must not be forgotten)

FROM node:24-bookworm-slim AS build
# Only for machines that reach npm through a mirror: docker build --build-arg NPM_CONFIG_REGISTRY=…
ARG NPM_CONFIG_REGISTRY
ENV PUPPETEER_SKIP_DOWNLOAD=1
WORKDIR /opt/zap-fleet
COPY package.json package-lock.json .npmrc .puppeteerrc.cjs ./
# Without install scripts: `prepare` would build before the sources are here, and nothing that runs in the image needs one.
RUN npm ci --ignore-scripts
COPY . .
# `node` by its path: the npm package of that name (for old development machines) lies first on the PATH of npm's scripts.
# Source maps stay behind: names in the bundle are those of the source.
RUN /usr/local/bin/node scripts/build.mjs && find dist -name '*.map' -delete \
 && install -d /opt/libraries && /usr/local/bin/node scripts/shrinkwrap.mjs --libraries /opt/libraries

# What the program does not carry inside: PM2. By a lock file without the program's own version, and with one date for every file, so that an
# upgrade of the program finds this layer as it was. The npm package's own browser stays out: Debian's is here.
FROM node:24-bookworm-slim AS libraries
ARG NPM_CONFIG_REGISTRY
WORKDIR /opt/zap-fleet
COPY --from=build /opt/libraries ./
RUN npm ci --ignore-scripts --no-audit --no-fund \
 && find node_modules -name '*.map' -type f -delete \
 && rm -f node_modules/.package-lock.json && find node_modules -exec touch --no-dereference --date=@499162500 {} +

# Node without what only builds need: npm, Yarn, headers, and what a Debian without people has no use for. A file that is removed in a later
# layer still travels with the one below it, so that what is left begins an image of its own.
FROM node:24-bookworm-slim AS base
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* /opt/yarn* \
      /usr/local/include /usr/local/share/doc /usr/local/share/man /root/.npm \
      /usr/share/locale /usr/share/man /usr/share/info /var/lib/apt/lists/* /var/cache/apt/* /var/log/* \
 && find /usr/share/doc -type f ! -name copyright -delete

FROM scratch
COPY --from=base / /
# libLLVM, z3, dri and Vulkan's validation draw on graphics cards or look for mistakes there: 190 MB that a browser without a screen never
# loads (test/docker runs it without). procps: PM2 calls `ps`. tini: reaps what browsers leave behind. Fonts: the page of WhatsApp Web has
# names in every script.
RUN printf 'path-exclude=/usr/share/%s/*\n' doc man info locale >/etc/dpkg/dpkg.cfg.d/slim \
 && printf 'path-include=/usr/share/doc/*/copyright\n' >>/etc/dpkg/dpkg.cfg.d/slim \
 && apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      ca-certificates chromium-headless-shell fonts-liberation fonts-noto-color-emoji procps tini tzdata \
 && rm -rf /usr/lib/*-linux-gnu/libLLVM-*.so* /usr/lib/*-linux-gnu/libz3.so* /usr/lib/*-linux-gnu/dri \
 && rm -rf /usr/lib/chromium/libVkLayer_* /usr/lib/chromium/libVkICD_* \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/*.log /var/log/apt

ENV NODE_ENV=production \
    LANG=C.UTF-8 \
    TERM=xterm-256color \
    TZ=America/Sao_Paulo \
    FLEET_HOME=/app \
    FLEET_HOST=0.0.0.0 \
    PM2_HOME=/app/.pm2 \
    PM2_LOG_DIR=/app/logs \
    PUPPETEER_SKIP_DOWNLOAD=1

# The directories exist so that a new named volume takes over their owner. No VOLUME: an anonymous one would look like a real one to
# the entry point, and be gone with the container.
RUN ln -s /opt/zap-fleet/deployment/docker/zap-fleet /usr/local/bin/zap-fleet \
 && install -d -m 0700 -o node -g node /app /app/tokens /app/logs /app/.pm2 /app/data /app/run

# What changes seldom first: an upgrade of the program moves only what comes after the libraries.
COPY --from=libraries /opt/zap-fleet/node_modules /opt/zap-fleet/node_modules
COPY --from=build /opt/zap-fleet/package.json /opt/zap-fleet/LICENSE /opt/zap-fleet/ecosystem.config.js /opt/zap-fleet/
COPY --from=build /opt/zap-fleet/supabase /opt/zap-fleet/supabase
COPY --from=build /opt/zap-fleet/deployment/docker /opt/zap-fleet/deployment/docker
COPY --from=build /opt/zap-fleet/dist /opt/zap-fleet/dist

LABEL org.opencontainers.image.title="zap-fleet" \
      org.opencontainers.image.description="A terminal dashboard and supervisor for a fleet of WhatsApp bots" \
      org.opencontainers.image.licenses="AGPL-3.0-or-later"

USER node
WORKDIR /app
# The workers' own ports (from BASE_PORT) listen on loopback and stay inside.
EXPOSE 3000
# Says only whether the fleet's process lives: a failing check gets the container killed, with every session in it.
HEALTHCHECK --interval=30s --timeout=8s --start-period=60s --retries=4 CMD ["/opt/zap-fleet/deployment/docker/healthcheck"]
ENTRYPOINT ["/usr/bin/tini", "--", "/opt/zap-fleet/deployment/docker/entrypoint"]
CMD ["zap-fleet", "--daemon"]
