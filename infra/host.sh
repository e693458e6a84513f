#!/bin/bash
# Puts on the host what the project uses beside Go, or says exactly what to
# install.
#   host.sh required   what the tests need
#   host.sh optional   what makes the product better; its absence is only said
#   host.sh aws        what the stand-ins and linters of the AWS edition need
#   host.sh assets     the front-end parts (npm, by lockfile)
set -eu -o pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

# missing WANT... : prints the Debian packages whose command is not there.
missing() {
  local pair
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null 2>&1 || echo "${pair##*=}"
  done
  # Tesseract's languages are packages of their own, without a command.
  case " $* " in
  *" tesseract="*) compgen -G '/usr/share/tesser*/*/tessdata/vie.traineddata' >/dev/null || compgen -G '/usr/share/tess*/vie.traineddata' >/dev/null || echo tesseract-ocr-vie ;;
  esac
}

install_packages() {
  local sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  if ! command -v apt-get >/dev/null || { [ -n "$sudo" ] && ! $sudo true 2>/dev/null; }; then
    return 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  $sudo apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 ||
    { $sudo apt-get update -qq >/dev/null && $sudo apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
}

required=(gcc=build-essential chromium=chromium strace=strace pdftoppm=poppler-utils tesseract=tesseract-ocr python3=python3 qpdf=qpdf npm=npm sqlite3=sqlite3 mutool=mupdf-tools gs=ghostscript)
aws=(python3=python3 npm=npm)
# The arm64 binaries run under emulation where the machine is another.
[ "$(uname -m)" = aarch64 ] || aws+=(qemu-aarch64-static=qemu-user-static)
optional=(pdftoppm=poppler-utils tesseract=tesseract-ocr npm=npm)

case "${1:-required}" in
required | optional | aws)
  declare -n list=$1
  mapfile -t want < <(missing "${list[@]}")
  # Python's environments are a package of their own, without a command.
  if [ "$1" = aws ] && ! python3 -c 'import ensurepip, venv' 2>/dev/null; then want+=(python3-venv); fi
  [ "${#want[@]}" = 0 ] && exit 0
  echo "installing: ${want[*]}" >&2
  if install_packages "${want[@]}"; then exit 0; fi
  echo "please install: apt-get install --no-install-recommends ${want[*]}" >&2
  [ "$1" = optional ]
  ;;
assets)
  if ! command -v npm >/dev/null 2>&1 && ! install_packages npm; then
    echo "npm is not here: the portal will use the system's fonts and the browser's own PDF viewer" >&2
    [ "${HOSO_COMPLETE:-}" != 1 ]
    exit
  fi
  "$root/shared/web/npm/fetch.sh" "$root/.tools"
  ;;
*)
  echo "usage: host.sh required|optional|assets" >&2
  exit 2
  ;;
esac
