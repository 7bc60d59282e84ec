#!/usr/bin/env bash
# Builds the image's root file system from the Dockerfile's own steps, without a container engine, and runs it as an engine would: not as
# root, the root file system read only, alone in its namespaces. Then does what a user of the image does, and prints its size, the time
# to its first answer and the session. Needs root and Debian; installs the Debian packages that it needs.
#
#     deploy/rootfs.sh            keeps the base in the user's cache; remove ~/.cache/bullpen-rootfs to have it made anew
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "deploy/rootfs.sh: only root can make the namespaces and mounts."; exit 1; }

packages=()
for pair in bwrap:bubblewrap mmdebstrap:mmdebstrap ip:iproute2 curl:curl; do
  command -v "${pair%:*}" >/dev/null || packages+=("${pair#*:}")
done
if [ ${#packages[@]} -gt 0 ]; then
  apt-get install -y -qq "${packages[@]}" >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq "${packages[@]}" >/dev/null; }
fi
[ deploy/tools/node_modules/.package-lock.json -nt deploy/tools/package-lock.json ] || npm ci --prefix deploy/tools --loglevel=error >/dev/null

# The runtime image is Ubuntu with these packages (dotnet-docker, src/runtime-deps/10.0), and .NET and ASP.NET Core in /usr/share/dotnet. In its place:
# the same packages of this Debian, which are older, and this machine's .NET.
. /etc/os-release
dotnet_root=$(dirname "$(readlink -f "$(command -v dotnet)")")
runtime=$(dotnet --list-runtimes | sed -n 's/^Microsoft.AspNetCore.App \([^ ]*\) .*/\1/p' | tail -1)
include=ca-certificates,libc6,libgcc-s1,libssl3,libstdc++6,tzdata
base=${XDG_CACHE_HOME:-$HOME/.cache}/bullpen-rootfs/$VERSION_CODENAME-$(cksum <<<"$include" | cut -d' ' -f1)
if [ ! -d "$base" ]; then
  mkdir -p "$(dirname "$base")"
  rm -rf "$base.new"
  { cat /etc/apt/sources.list /etc/apt/sources.list.d/debian.* 2>/dev/null || true; } |
    mmdebstrap --quiet --variant=minbase --include="$include" "$VERSION_CODENAME" "$base.new" -
  mv "$base.new" "$base"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -a "$base" "$work/root"
mkdir -p "$work/root/usr/share/dotnet/shared"
cp -a "$dotnet_root/dotnet" "$dotnet_root/host" "$work/root/usr/share/dotnet/"
for framework in Microsoft.NETCore.App Microsoft.AspNetCore.App; do
  mkdir "$work/root/usr/share/dotnet/shared/$framework"
  cp -a "$dotnet_root/shared/$framework/$runtime" "$work/root/usr/share/dotnet/shared/$framework/"
done
ln -s /usr/share/dotnet/dotnet "$work/root/usr/bin/dotnet"

node deploy/tools/rootfs.mjs "$PWD" "$work" "$work/root"
