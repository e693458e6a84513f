#!/bin/bash
# Installs the stand-ins and linters of the AWS edition into .tools, each at a
# pinned version and in an environment of its own: their pins conflict. What
# is there already is left alone.
set -eu -o pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
tools=$root/.tools
mkdir -p "$tools"
"$root/infra/host.sh" aws

# venv NAME PACKAGE... : a Python environment .tools/NAME with the packages.
venv() {
  local name=$1 dir=$tools/$1
  shift
  local want="$*"
  [ "$(cat "$dir/.installed" 2>/dev/null || true)" = "$want" ] && return 0
  echo "installing $name: $want" >&2
  rm -rf "$dir"
  python3 -m venv "$dir"
  "$dir/bin/pip" --quiet --disable-pip-version-check install "$@"
  echo "$want" >"$dir/.installed"
}

# node NAME PACKAGE : an npm package in .tools/NAME.
node() {
  local dir=$tools/$1
  [ "$(cat "$dir/.installed" 2>/dev/null || true)" = "$2" ] && return 0
  echo "installing $1: $2" >&2
  rm -rf "$dir"
  mkdir -p "$dir"
  npm --prefix "$dir" install --silent --no-audit --no-fund --ignore-scripts "$2"
  echo "$2" >"$dir/.installed"
}

venv ministack ministack==1.5.33 aws-sam-translator cryptography
venv sam aws-sam-cli==1.170.0
venv moto 'moto[server,all]==5.2.5'
venv statelint statelint==3.1.0
venv parliament parliament==1.6.4 'setuptools<81'
node asl-validator asl-validator@4.0.0
