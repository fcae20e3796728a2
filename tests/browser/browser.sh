#!/usr/bin/env bash
# The pages in a browser (pages.mjs), then the drop page against the line (drop.mjs). Needs node and
# chromium; installs its tools, pinned, under .venv, once.
set -euo pipefail
cd "$(dirname "$0")/../.."

tools=.venv/browser wanted="puppeteer-core@24.43.1 axe-core@4.14.1"
if [ "$(cat "$tools/.wanted" 2>/dev/null)" != "$wanted" ]; then
    mkdir -p "$tools"
    # shellcheck disable=SC2086
    npm install --prefix "$tools" --no-audit --no-fund --silent $wanted
    echo "$wanted" >"$tools/.wanted"
fi

# With the features of the whole workspace: after `tests/run` has built it, nothing is built again.
cargo build --release --workspace --locked --bin tableau --example pages

site=target/site
rm -rf "$site"
target/release/examples/pages "$site"
node tests/browser/pages.mjs "$site" "$tools/node_modules" "$(command -v chromium)"

state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT
node tests/browser/drop.mjs target/release/tableau "$state" "$tools/node_modules" "$(command -v chromium)"
