//! `bindgen NAME.wasm OUT [MORE.js]`: leaves `NAME.js`, a module that starts by itself, and `NAME_bg.wasm`,
//! which the module loads only if its bytes are these. `MORE.js` is added to the module.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let paths: Vec<PathBuf> = env::args().skip(1).map(PathBuf::from).collect();
    let (Some(input), Some(out)) = (paths.first(), paths.get(1)) else {
        anyhow::bail!("usage: bindgen NAME.wasm OUT [MORE.js]")
    };
    let more = paths.get(2).map_or(Ok(String::new()), fs::read_to_string)?;
    let name = input.file_stem().and_then(|name| name.to_str()).context("a name")?;
    Bindgen::new()
        .input_path(input)
        .omit_default_module_path(true)
        .web(true)?
        .typescript(false)
        .out_name(name)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(out)?;
    start(out, name, &more)
}

/// Ends the module with what starts it: no page needs a script of its own for that.
fn start(out: &Path, name: &str, more: &str) -> anyhow::Result<()> {
    let digest = Sha256::digest(fs::read(out.join(format!("{name}_bg.wasm")))?);
    let module = out.join(format!("{name}.js"));
    let script = fs::read_to_string(&module)?;
    let start = format!(
        "\nexport const pret = __wbg_init({{ module_or_path: fetch(new URL(\"{name}_bg.wasm\", import.meta.url), \
         {{ integrity: \"sha256-{}\" }}) }});\n",
        BASE64.encode(digest)
    );
    Ok(fs::write(module, script + &start + more)?)
}
