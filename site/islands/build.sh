#!/usr/bin/env bash
# Builds the islands into OUT: for each, NAME.js and NAME_bg.wasm. Run by ../build.rs.
#
#   build.sh OUT TARGET-FOLDER
#
# WebAssembly needs a compiler with its standard library:
#
# 1. The compiler at hand, where `rustup target add wasm32-unknown-unknown` has been run.
# 2. Else Debian's own (`rustc-web`), whose standard library is compiled here from its sources
#    (`rust-web-src`), once, in a minute. Root, as in a container, has its packages installed.
#
# Where neither is possible: one line on stderr, code 3, and the pages do without.
set -euo pipefail
out=$1 built=$2
cd "$(dirname "$0")"

target=wasm32-unknown-unknown
islands=(explorer verifier)

# The islands are made of `site` too, whose build would run this again.
export TABLEAU_ISLANDS=no
# What the build of the pages hands down is for another compiler.
unset RUSTC RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET CARGO_TARGET_DIR

cannot() { echo "$*" >&2; exit 3; }
# Whether a compiler has the standard library of the target.
has_std() { compgen -G "$("$1" --print target-libdir --target $target 2>/dev/null)/libcore-*.rlib" >/dev/null; }

install() {
    # No password is asked for, and nothing installed, behind the back of who builds.
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
        cannot "run first: rustup target add $target, or: apt-get install $*"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

# Leaves in `rustc` the compiler to use, with the standard library of the target.
debian() {
    local deb=/usr/bin/rustc src=/usr/lib/rustlib/src/rust/library llvm lld id sysroot new host
    [[ -x $deb && -f $src/sysroot/Cargo.toml ]] || install rustc-web rust-web-src
    [[ -f $src/sysroot/Cargo.toml ]] || cannot "Debian has no sources of the standard library here: run first: rustup target add $target"
    # The linker of the same LLVM.
    llvm=$("$deb" -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
    lld=/usr/bin/lld-$llvm
    [[ -x $lld ]] || install "lld-$llvm"

    # A library only fits the very compiler that made it.
    id=$("$deb" -vV | sed -n 's/^release: //p')-$("$deb" -vV | cksum | cut -d' ' -f1)
    sysroot=$built/std/$id
    rustc=$sysroot/bin/rustc
    if has_std "$rustc"; then return; fi
    mkdir -p "$built/std"
    new=$(mktemp -d "$built/std/new.XXXXXX")
    # The standard library itself needs unstable features: allowed for it alone.
    RUSTC=$deb RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Zforce-unstable-if-unmarked -Cembed-bitcode=yes" \
        cargo build --quiet --locked --profile dist --target $target --target-dir "$new/build" \
        --manifest-path $src/sysroot/Cargo.toml --no-default-features
    host=$("$deb" -vV | sed -n 's/^host: //p')
    mkdir -p "$new/bin" "$new/lib/rustlib/$target/lib" "$new/lib/rustlib/$host/bin"
    mv "$new/build/$target/dist/deps/"*.rlib "$new/lib/rustlib/$target/lib/"
    ln -s "/usr/lib/rustlib/$host/lib" "$new/lib/rustlib/$host/lib"
    ln -s "$lld" "$new/lib/rustlib/$host/bin/rust-lld"
    printf '#!/bin/sh\nexec %s --sysroot %s "$@"\n' "$deb" "$sysroot" >"$new/bin/rustc"
    chmod 755 "$new" "$new/bin/rustc"
    rm -rf "$new/build" "$sysroot"
    mv "$new" "$sysroot"
    has_std "$rustc" || cannot "the standard library of $target was compiled, and is not found"
}

rustc=$(command -v rustc)
has_std "$rustc" || debian

packages=()
for island in "${islands[@]}"; do packages+=(-p "$island"); done
# Leptos's own switch for smaller types: a twentieth less to download.
RUSTC=$rustc RUSTFLAGS="--cfg erase_components" cargo build --quiet --locked --release --target $target --target-dir "$built/wasm" "${packages[@]}"
cargo build --quiet --locked --target-dir "$built/tool" -p bindgen

mkdir -p "$out"
for island in "${islands[@]}"; do
    more=()
    [ ! -f "$island/ouvrier.js" ] || more=("$island/ouvrier.js")
    "$built/tool/debug/bindgen" "$built/wasm/$target/release/$island.wasm" "$out" "${more[@]}"
done
