# docker build -t my-model-handler .
# docker run -p 8080:8080 -v /path/to/models:/opt/ml/models -it my-model-handler
#
# docs/containers.md says what is in the image and why. deploy/rootfs.sh runs these very steps without a container engine; it
# understands what is used here, and stops at anything else.

ARG NODE_IMAGE=node:22-bookworm-slim
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0

# ONNX Runtime and libvips come from npm: native/README.md.
FROM ${NODE_IMAGE} AS native
WORKDIR /src/native
COPY native/package.json native/package-lock.json native/.npmrc native/install.mjs ./
RUN node install.mjs

FROM ${SDK_IMAGE} AS build
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /src
COPY . .
COPY --from=native /src/native/node_modules native/node_modules
# The build fetches what is older than the lock file, whose time is that of the checkout.
RUN touch native/node_modules/.installed-*
RUN dotnet publish src/Bullpen --configuration Release --use-current-runtime --self-contained false --output /image/opt/bullpen \
    -p:PublishReadyToRun=true -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false
# The rest of what the image adds to its base: made here, so that a base without a shell will do. The state folder is anybody's,
# as /tmp is, because the container may be run as any user. Models that normalise text ask for the locale en_US, which slim bases lack:
# of C.UTF-8 they get the same letters.
RUN install -D -m 644 deploy/container.json /image/etc/bullpen/bullpen.json \
    && install -m 644 LICENSE NOTICE /image/opt/bullpen/ \
    && install -d -m 755 /image/usr/local/bin /image/opt/ml/models /image/usr/lib/locale \
    && install -d -m 1777 /image/var/lib/bullpen \
    && ln -s C.utf8 /image/usr/lib/locale/en_US.utf8 \
    && ln -s /opt/bullpen/bullpen /image/usr/local/bin/bullpen \
    && ln -s /opt/bullpen/bullpen /image/usr/local/bin/docker-entrypoint

FROM ${RUNTIME_IMAGE}
LABEL org.opencontainers.image.title="Bullpen" \
      org.opencontainers.image.description="Serves many ONNX models on one port and loads them on demand." \
      org.opencontainers.image.licenses="MIT" \
      com.amazonaws.sagemaker.capabilities.multi-models="true" \
      com.amazonaws.sagemaker.capabilities.accept-bind-to-port="true"
# The address is in the file, not in the environment: there PORT and SAGEMAKER_BIND_TO_PORT replace its port. The base's own
# variable for it is taken back.
ENV ASPNETCORE_HTTP_PORTS="" \
    BULLPEN_CONFIG=/etc/bullpen/bullpen.json \
    DOTNET_CLI_TELEMETRY_OPTOUT=1 \
    ORT_DISABLE_TELEMETRY=1
COPY --from=build /image/ /
WORKDIR /opt/bullpen
USER 1654:1654
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s --retries=3 CMD ["bullpen", "health"]
ENTRYPOINT ["docker-entrypoint"]
CMD ["serve"]
