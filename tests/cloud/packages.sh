#!/usr/bin/env bash
# What each Lambda weighs, packaged from target/release as `sam build` leaves it: one binary, named
# bootstrap, without symbols. Fails when one is over 15 MB zipped, or asks for a newer C library than
# provided.al2023 has. Needs `cargo build --release --workspace`.
set -euo pipefail
cd "$(dirname "$0")/../.."

packages=target/cloud/packages
most=15000000
newest=2.34 # glibc of Amazon Linux 2023

in_megabytes() { awk "BEGIN { printf \"%.1f MB\", $1 / 1000000 }"; }

for step in upload validate aggregate publish; do
  mkdir -p "$packages/$step"
  strip -o "$packages/$step/bootstrap" "target/release/$step"
  python3 - "$packages/$step" <<'PYTHON'
import sys, zipfile
with zipfile.ZipFile(f"{sys.argv[1]}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
    package.write(f"{sys.argv[1]}/bootstrap", "bootstrap")
PYTHON
  size=$(stat -c %s "$packages/$step.zip")
  wants=$(objdump -T "$packages/$step/bootstrap" | grep -o 'GLIBC_2\.[0-9]*' | sed 's/GLIBC_//' | sort -V | tail -1)
  binary=$(stat -c %s "$packages/$step/bootstrap")
  printf '%-10s %s zipped, %s, glibc %s\n' "$step" "$(in_megabytes "$size")" "$(in_megabytes "$binary")" "$wants"
  ((size <= most)) || { echo "$step is over 15 MB"; exit 1; }
  [[ $(printf '%s\n%s\n' "$wants" "$newest" | sort -V | tail -1) == "$newest" ]] || { echo "$step wants glibc $wants"; exit 1; }
done
