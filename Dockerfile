# The last stage is the image to run: docker build -t marketpulse .
# The stage `development` is for docker-compose.yml.

# The pages' scripts and styles.
FROM node:20-bookworm-slim AS web
WORKDIR /src/web
ENV PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
COPY web/.npmrc web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build -- --out /dist

# The workspace with its sources emptied. It stays the same until a manifest or the lock file changes,
# so the layer that compiles the dependencies does too. Times are part of a layer in some builders.
FROM rust:1.95-bookworm AS skeleton
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY .cargo ./.cargo
COPY crates ./crates
COPY benches ./benches
RUN find crates benches -type f ! -name Cargo.toml ! -name lib.rs ! -name main.rs ! -name build.rs -delete \
 && find crates benches -type d -empty -delete \
 && find crates benches -name '*.rs' -exec sh -c 'echo "fn main() { }" > "$1"' _ {} ';' \
 && find . -exec touch -d @0 {} +

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY --from=skeleton /src ./
RUN cargo build --locked --release -p marketpulse
COPY crates ./crates
COPY --from=web /dist /dist
ENV MARKETPULSE_WEB_DIST=/dist MARKETPULSE_REQUIRE_WEB=1
# Cargo goes by times, and a checkout may be older than the empty sources built above.
RUN find crates -type f -exec touch {} + \
 && cargo build --locked --release -p marketpulse \
 && mkdir /data

# Rust, Node.js and a file watcher, around a source that is mounted at /src.
FROM node:20-bookworm-slim AS development
RUN apt-get update \
 && apt-get install -y --no-install-recommends gcc libc6-dev make inotify-tools \
 && rm -rf /var/lib/apt/lists/*
COPY --from=rust:1.95-bookworm /usr/local/cargo /usr/local/cargo
COPY --from=rust:1.95-bookworm /usr/local/rustup /usr/local/rustup
COPY --from=rust:1.95-bookworm /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
# The toolchain of the image is used as it is, without the parts that only tests need.
ENV PATH=/usr/local/cargo/bin:$PATH \
    CARGO_HOME=/usr/local/cargo \
    RUSTUP_HOME=/usr/local/rustup \
    RUSTUP_TOOLCHAIN=1.95.0 \
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 \
    MARKETPULSE_REQUIRE_WEB=1 \
    APP_ENV=development \
    MARKETPULSE_LISTEN=0.0.0.0:5000 \
    MARKETPULSE_DATA_DIR=/data
WORKDIR /src
EXPOSE 5000
CMD ["scripts/watch.sh"]

FROM gcr.io/distroless/cc-debian12:nonroot
LABEL org.opencontainers.image.title="MarketPulse" \
      org.opencontainers.image.description="Market prices from its own memory and store, with where each came from and how old it is" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /src/target/release/marketpulse /usr/local/bin/marketpulse
# A new volume takes its owner from here.
COPY --from=build --chown=65532:65532 /data /data
ENV APP_ENV=production \
    MARKETPULSE_LISTEN=0.0.0.0:5000 \
    MARKETPULSE_DATA_DIR=/data
VOLUME /data
EXPOSE 5000
USER 65532:65532
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/usr/local/bin/marketpulse", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/marketpulse"]
CMD ["serve"]
