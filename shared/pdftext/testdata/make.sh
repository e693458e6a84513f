#!/bin/sh
# Writes the fixtures that need another program's encryption or structure.
# Run in this folder; needs qpdf. The fixtures are committed.
set -eu
cat > plain.pdf <<'PDF'
%PDF-1.4
1 0 obj
<</Type /Catalog /Pages 2 0 R>>
endobj
2 0 obj
<</Type /Pages /Kids [5 0 R] /Count 1>>
endobj
3 0 obj
<</Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding>>
endobj
4 0 obj
<</Length 63>>
stream
BT /F1 12 Tf 1 0 0 1 72 700 Tm (An ordinary line of text) Tj ET
endstream
endobj
5 0 obj
<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources <</Font <</F1 3 0 R>>>> /Contents 4 0 R>>
endobj
trailer
<</Size 6 /Root 1 0 R>>
%%EOF
PDF
q() { qpdf --warning-exit-0 --allow-weak-crypto "$@" 2>/dev/null; }
q plain.pdf sound.pdf
q --encrypt "" owner 40 -- plain.pdf rc4-40.pdf
q --encrypt "" owner 128 --use-aes=n -- plain.pdf rc4-128.pdf
q --encrypt "" owner 128 --use-aes=y -- plain.pdf aes-128.pdf
q --encrypt "" owner 256 -- plain.pdf aes-256.pdf
q --encrypt "" owner 256 --force-R5 -- plain.pdf aes-256-r5.pdf
q --encrypt "" owner 256 -- --object-streams=generate plain.pdf aes-256-packed.pdf
q --encrypt user owner 256 -- plain.pdf password-256.pdf
q --encrypt user owner 128 --use-aes=n -- plain.pdf password-128.pdf
q --object-streams=generate plain.pdf packed.pdf
q --linearize plain.pdf linearised.pdf
rm plain.pdf
