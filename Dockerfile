# One file, three images:
#   docker build --target coordinator -t alexnet-coordinator .
#   docker build --target worker-cpu  -t alexnet-worker .
#   docker build --target worker-cuda -t alexnet-worker:cuda .     (downloads about 6 GB; run with --gpus)
# --build-arg REVISION=$(git rev-parse HEAD) tells the programs their commit: a coordinator refuses workers of another one.
# Equal sources make equal programs, byte for byte; for equal images pin DOTNET and the base's digest, and set SOURCE_DATE_EPOCH.
# Compiling takes what it needs from the paths copied here and from nowhere else: tests/Deployment.Tests runs these steps outside a container.

# Ubuntu's release is named because packages are; .NET 10 has no Debian images
ARG DOTNET=10.0-noble

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET} AS source
ENV NUGET_PACKAGES=/packages
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY protos protos
COPY recipes recipes
COPY src src
ARG REVISION=
ENV REVISION=${REVISION}

# a stage for each, so that building the coordinator does not download libtorch
FROM source AS build-coordinator
RUN --mount=type=cache,target=/packages,sharing=locked \
    dotnet publish src/AlexNet.Coordinator --configuration Release --runtime linux-x64 --no-self-contained --output out/coordinator -p:SourceRevisionId=$REVISION

FROM source AS build-worker-cpu
RUN --mount=type=cache,target=/packages,sharing=locked \
    dotnet publish src/AlexNet.Worker --configuration Release --runtime linux-x64 --no-self-contained --output out/worker-cpu -p:SourceRevisionId=$REVISION

FROM source AS build-worker-cuda
RUN --mount=type=cache,target=/packages,sharing=locked \
    dotnet publish src/AlexNet.Worker --configuration Release --runtime linux-x64 --no-self-contained --output out/worker-cuda -p:SourceRevisionId=$REVISION -p:TorchBackend=cuda

# what all images share: every process speaks gRPC on 5000, and has /metrics and /health on 5001
FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET} AS runtime
COPY --chmod=755 deploy/healthcheck.sh /usr/local/bin/healthcheck
# owned by the user below, and so are the named volumes that are first mounted here
RUN install --directory --owner="$APP_UID" --group="$APP_UID" /runs /data
# the base image's own port would only bring a warning
ENV ASPNETCORE_HTTP_PORTS="" \
    ALEXNET_LISTEN=0.0.0.0:5000 \
    ALEXNET_HTTP_LISTEN=0.0.0.0:5001 \
    ALEXNET_RUN_DIR=/runs/run
EXPOSE 5000 5001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --start-interval=1s CMD ["healthcheck", "5001"]
WORKDIR /app
USER $APP_UID

FROM runtime AS coordinator
COPY --from=build-coordinator /source/out/coordinator .
ENTRYPOINT ["dotnet", "AlexNet.Coordinator.dll"]

FROM runtime AS worker
USER root
# decodes JPEG files faster, to the same bytes (docs/adr/0005-image-decoding.md); Debian calls it libturbojpeg0
RUN apt-get update && apt-get install --yes --no-install-recommends libturbojpeg && rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log /var/cache/ldconfig
USER $APP_UID
# glibc reads it at start; AllocatorSettings.cs says why
ENV GLIBC_TUNABLES=glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184:glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1 \
    XDG_CACHE_HOME=/tmp
ENTRYPOINT ["dotnet", "AlexNet.Worker.dll"]

FROM worker AS worker-cuda
# what NVIDIA's container runtime looks at; the CUDA libraries themselves come with the package
ENV NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
COPY --from=build-worker-cuda /source/out/worker-cuda .

FROM worker AS worker-cpu
COPY --from=build-worker-cpu /source/out/worker-cpu .
