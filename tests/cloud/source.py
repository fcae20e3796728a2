"""What the code says it needs: variables, keys, partitions, wiring. Read from the Rust sources."""

import re
from pathlib import Path

STEPS = ("upload", "validate", "aggregate", "publish")
# Given by Lambda itself to every function.
GIVEN = {"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}
# Set on one machine only: on AWS they would lead away from AWS.
ONE_MACHINE = {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_DYNAMODB", "UPLOAD_ENDPOINT_URL"}

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"


def read(path):
    """A source file without its tests."""
    return (FUNCTIONS / path).read_text(encoding="utf-8").split("#[cfg(test)]")[0]


def sources(step):
    return "\n".join(read(path.relative_to(FUNCTIONS)) for path in sorted((FUNCTIONS / step / "src").rglob("*.rs")))


def variables():
    """The variables each step reads, beside those Lambda gives and those of one machine."""
    config = read("store/src/config.rs")
    of_shelf = dict(re.findall(r'Self::(\w+) => "(\w+)"', config))
    common = set(re.findall(r'(?:required|variable)\("(\w+)"\)', config))
    found = {}
    for step in STEPS:
        text = sources(step)
        shelves = re.search(r"from_env\(&\[([^\]]*)\]", text)[1]
        shelves = {of_shelf[shelf] for shelf in re.findall(r"Shelf::(\w+)", shelves)}
        own = set(re.findall(r'variable\("(\w+)"\)', text))
        found[step] = (common | shelves | own) - GIVEN - ONE_MACHINE
    return found


def keys():
    """Every key of the store: its shelf and a path it may have."""
    text = read("store/src/keys.rs")
    consts = dict(re.findall(r'pub const (\w+): &str = "([^"]+)"', text))
    lot = re.search(r'"\{prefix\}(/[^"]+)"', text)[1]
    shelf_arms = text[text.index("fn shelf"):text.index("fn path(&self) -> String")]
    shelves = {}
    for names, shelf in re.findall(r"((?:\|?\s*Self::\w+(?:\(_\)| \{ \.\. \})?\s*)+)=> Shelf::(\w+)", shelf_arms):
        shelves |= {name: shelf for name in re.findall(r"Self::(\w+)", names)}
    path_arms = text[text.index("fn path(&self) -> String"):text.index("fn content_type")]
    paths = {}
    arm = r'Self::(\w+)(?:\([^)]*\)| \{[^}]*\})? => (?:\{\s*)?(?:format!\("([^"]+)"\)|"([^"]+)"|lot\.path\("(\w+)"\))'
    for name, formatted, plain, prefix in re.findall(arm, path_arms):
        path = formatted or plain or prefix + lot
        path = re.sub(r"\{(\w+)\}", lambda found: consts.get(found[1], "x"), path)
        paths[name] = path
    return {name: (shelves[name], path) for name, path in paths.items()}


def steps_of_aggregate():
    """The steps of a count in ranges, each with the fields of its event."""
    text = sources("aggregate")
    steps = text[text.index("pub enum Step {"):]
    found = {}
    for name, fields in re.findall(r"^    (\w+) \{\n(.*?)^    \},", steps[:steps.index("\n}")], re.M | re.S):
        renamed = re.sub(r'#\[serde\(rename = "(\w+)"\)\]\s*\w+:', r"\1:", fields)
        found[name.lower()] = re.findall(r"^\s+(\w+):", renamed, re.M)
    return found


def keys_named_by(step):
    """The keys a step names in its source: whoever does not name a key cannot use it."""
    text = sources(step)
    named = set(re.findall(r"\bKey::([A-Z]\w+)", text))
    if "sign_upload" in text:
        named.add("Deposit")
    if "put_partial(" in text:
        named.add("Partial")
    if "store.references(" in text:
        named.add("Reference")
    return named & set(keys())


def partitions():
    """What the partition keys of the index begin with, from the table of its header."""
    rows = re.findall(r"^//! \| `(\w+#?\w*)[^`]*` \|", read("store/src/index.rs"), re.M)
    return list(dict.fromkeys(rows))


def seconds(unit, count):
    """A duration as Rust writes it."""
    return int(count) * {"secs": 1, "mins": 60}[unit]


def wiring():
    """The figures of the line on one machine, which the template must repeat."""
    text = read("local/src/wiring.rs")
    consts = dict(re.findall(r'pub const (\w+): &str = "([^"]+)"', read("store/src/keys.rs")))
    line = text[text.index("pub static LINE"):text.index("pub const INDEX_TABLE")]
    found = {}
    for block in line.split("Function {")[1:]:
        number = lambda name: int(re.search(rf"{name}: (\d+)", block)[1])
        one = {
            "timeout": seconds(*re.search(r"timeout: Duration::from_(\w+)\((\d+)\)", block).groups()),
            "memory": number("memory_mb"),
            "environment": set(re.findall(r'"(\w+)"', block[block.index("environment!"):])) - ONE_MACHINE,
        }
        if "Wake::Queue" in block:
            one |= {
                "prefixes": [
                    consts[name] for name in re.findall(r"keys::(\w+)", re.search(r"prefixes: &\[(.*?)\]", block)[1])
                ],
                "batch_size": number("batch_size"),
                "max_receives": number("max_receives"),
            }
        found[re.search(r'name: "(\w+)"', block)[1]] = one
    return found
