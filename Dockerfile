# palisade as an image: one binary on a base without a shell, run as nobody in particular.
#
#   docker build -t palisade .
#   docker run --rm -v ~/.aws:/home/nonroot/.aws:ro -e AWS_PROFILE palisade scan
#
# Pin both bases by digest where images are promoted from one registry to another.
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY src ./src
COPY checks ./checks
COPY reports ./reports
COPY benches ./benches
COPY tests ./tests
COPY README.md LICENSE ./
RUN cargo build --release --locked --bin palisade

# glibc and root certificates; no shell, no package manager. uid 65532.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /src/target/release/palisade /usr/local/bin/palisade
COPY --from=build /src/LICENSE /usr/share/doc/palisade/LICENSE
USER nonroot:nonroot
WORKDIR /home/nonroot
# Reports are written where --output says; the root file system may be read-only, /tmp is the one place that is not.
ENV HOME=/home/nonroot TMPDIR=/tmp
ENTRYPOINT ["/usr/local/bin/palisade"]
CMD ["--help"]
