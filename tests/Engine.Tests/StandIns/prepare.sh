#!/usr/bin/env bash
# prepare.sh FOLDER: what the tests' own Docker engine needs, on a Debian machine, from Debian's packages. What is there already is kept.
#   FOLDER/programs   dockerd, docker with compose and buildx, containerd, prometheus: of Debian unstable, because bookworm's cannot read our files
#   FOLDER/tree       tree.tar, a minimal bookworm
#   FOLDER/packages   a source of apt with libturbojpeg, which is Ubuntu's name for Debian's libturbojpeg0
set -euo pipefail
folder=$(realpath "${1:?"usage: prepare.sh FOLDER"}")
mkdir -p "$folder"
cd "$folder"
exec 9> lock
flock 9
[[ -e ready ]] && exit 0

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' | head -1)
: "${mirror:?"apt knows no source of Debian bookworm"}"

# unstable beside the machine's own lists, so that nothing of it is ever installed
rm -rf apt download unpacked programs tree packages
mkdir -p apt/lists/partial apt/cache/archives/partial download unpacked programs tree packages
touch apt/status
echo "deb [trusted=yes] $mirror unstable main" > apt/sources.list
cat > apt/conf << EOF
Dir::Etc::sourcelist "$folder/apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$folder/apt/lists";
Dir::State::status "$folder/apt/status";
Dir::Cache "$folder/apt/cache";
Acquire::Check-Valid-Until "false";
APT::Sandbox::User "root";
EOF
APT_CONFIG=apt/conf apt-get update --quiet
(cd download && APT_CONFIG=../apt/conf apt-get download --quiet docker.io docker-cli docker-compose docker-buildx containerd prometheus)
for package in download/*.deb; do dpkg-deb --extract "$package" unpacked; done
# unstable's runc wants a newer libc than the machine has; the machine's own is used
cp unpacked/usr/sbin/{dockerd,docker-proxy} unpacked/usr/bin/{docker,containerd,containerd-shim-runc-v2,prometheus} programs/
mkdir programs/cli-plugins
cp unpacked/usr/libexec/docker/cli-plugins/* programs/cli-plugins/

apt-get update --quiet
mmdebstrap --quiet --variant=minbase --include=busybox,ca-certificates,libicu72,libssl3,tzdata,zlib1g bookworm tree/tree.tar
(cd download && apt-get download --quiet -o APT::Sandbox::User=root libturbojpeg0)
dpkg-deb --raw-extract download/libturbojpeg0_*.deb unpacked/turbojpeg
sed -i -e 's/^Package: .*/Package: libturbojpeg/' -e '/^\(Conflicts\|Replaces\|Provides\|Breaks\):/d' unpacked/turbojpeg/DEBIAN/control
dpkg-deb --build unpacked/turbojpeg packages/libturbojpeg.deb
(cd packages && dpkg-scanpackages --multiversion . > Packages)
rm -rf apt download unpacked
touch ready
