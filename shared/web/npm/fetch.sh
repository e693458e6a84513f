#!/bin/sh
# Fetches the front-end parts named in package-lock.json (integrity hashes are
# checked by npm), runs none of their scripts, and copies the released files
# that are used into the ignored folder that is embedded in the binary.
# axe-core, which only tests use, goes beside the other tools.
#
#   shared/web/npm/fetch.sh [TOOLS]     TOOLS: ignored folder, default .tools
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
tools=${1:-$root/.tools}
work=$tools/web-npm
vendor=$here/../assets/vendor
mark=$vendor/.fetched
want=$(cat "$here/package-lock.json" "$here/fetch.sh" | sha256sum | cut -d' ' -f1)
if [ -f "$mark" ] && [ "$(cat "$mark")" = "$want" ] && [ -f "$tools/axe/axe.min.js" ]; then
  exit 0
fi
mkdir -p "$work" "$vendor" "$tools/axe"
cp "$here/package.json" "$here/package-lock.json" "$work/"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
mods=$work/node_modules
put() { # put SOURCE TARGET
  mkdir -p "$(dirname "$vendor/$2")"
  cp "$mods/$1" "$vendor/$2.part"
  mv "$vendor/$2.part" "$vendor/$2"
}
font=@fontsource-variable/source-sans-3
put $font/files/source-sans-3-latin-wght-normal.woff2 font/latin.woff2
put $font/files/source-sans-3-vietnamese-wght-normal.woff2 font/vietnamese.woff2
put $font/LICENSE font/LICENSE
put pdfjs-dist/legacy/build/pdf.min.mjs pdf/pdf.min.mjs
put pdfjs-dist/legacy/build/pdf.worker.min.mjs pdf/pdf.worker.min.mjs
put pdfjs-dist/LICENSE pdf/LICENSE
for f in jbig2.wasm openjpeg.wasm openjpeg_nowasm_fallback.js qcms_bg.wasm; do
  put "pdfjs-dist/wasm/$f" "pdf/wasm/$f"
done
for f in "$mods"/pdfjs-dist/standard_fonts/*; do
  put "pdfjs-dist/standard_fonts/$(basename "$f")" "pdf/fonts/$(basename "$f")"
done
cp "$mods/axe-core/axe.min.js" "$tools/axe/axe.min.js"
printf '%s' "$want" > "$mark"
