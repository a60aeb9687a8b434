# One image for gateway, worker, mirror and the operators' commands: docs/production.md.
# .dockerignore lists what may come in; tests and development tools do not.
ARG BASE=debian:12.12-slim

FROM ${BASE} AS system
# openssl makes the cluster's certificates; the others make and sign the mirror's package repository.
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends apt-utils ca-certificates gnupg openssl \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/*

# package-lock.json pins every module, and Node itself as one of them; Debian's npm only fetches them.
FROM system AS modules
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends npm
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# Behind a registry of your own: docker build --secret id=npmrc,src=$HOME/.npmrc
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
  npm ci --omit=dev --ignore-scripts --no-bin-links --no-audit --no-fund
COPY distribution/build/trim-modules.ts ./
RUN node_modules/node-linux-*/bin/node trim-modules.ts node_modules

FROM system AS program
WORKDIR /build
COPY . .
# With the modes that a checkout has, whatever umask it was made with.
RUN rm -r distribution/build && chmod -R u=rwX,go=rX .

FROM system
# Whatever these two folders hold is in volumes; a new one gets their owner.
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /nonexistent engine \
  && install -d -m 700 -o engine -g engine /var/cache/deployment-engine /var/lib/deployment-engine-server
WORKDIR /opt/deployment-engine
COPY --from=modules /build/node_modules node_modules
COPY --from=program /build .
# The packages and modules that local_build.sh installs elsewhere are in this image. SWC, which bundles the workflows, unpacks
# itself where programs may be run from.
ENV LOCAL_BUILD_INSTALLED=yes \
  DEPLOYMENT_ENGINE_CACHE_DIR=/var/cache/deployment-engine \
  DEPLOYMENT_ENGINE_DATA_DIR=/var/lib/deployment-engine-server \
  SWC_NATIVE_BINDING_CACHE=/var/cache/deployment-engine/swc
# As a number, or Kubernetes could not tell that it is not root.
USER 10001:10001
ENTRYPOINT ["./DeploymentEngineServer"]
