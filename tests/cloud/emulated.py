"""The template as an emulator on this machine takes it: what it does not know is taken out, one thing at
a time, each with its reason. Everything else is deployed as it is.

    emulated.py infra/template.yaml PACKAGES > template.yaml

PACKAGES holds a folder for each step, with its `bootstrap`.
"""

import re
import string
import sys
from pathlib import Path

STEPS = ("upload", "validate", "aggregate", "publish")
HEXADECIMAL = "0123456789abcdef"


def taken_out(text, pattern, replacement, times):
    """The text without what matches, which must be there so many times: else this list is out of date."""
    text, found = re.subn(pattern, replacement, text)
    assert found == times, f"{pattern!r}: {found} times, not {times}"
    return text


def emulated(text, packages):
    # It listens without TLS, so the rules that refuse anything else would refuse everything. The
    # evaluator of policies.py asks them.
    text = taken_out(text, r"          - Sid: TlsOnly\n(?:            .*\n)+", "", 9)
    # It does not know these conditions of a PUT either. The signed upload still carries If-None-Match.
    for sid in ("NeverOverwriteADeposit", "IdentitiesUnderTheirOwnKey", "NeverOverwriteAVersion"):
        text = taken_out(text, rf"          - Sid: {sid}\n(?:            .*\n)+", "", 1)
    # It does not know the partition of an item: the rules that hold a role to partitions would refuse
    # everything. The evaluator asks them too.
    text = taken_out(
        text,
        r"                Condition:\n"
        r'                  "ForAllValues:StringLike": \{ "dynamodb:LeadingKeys".*\n'
        r'                  "Null": \{ "dynamodb:LeadingKeys": "false" \}\n',
        "", text.count('"ForAllValues:StringLike"'),
    )
    # It makes secrets of any character that is not named.
    others = "".join(c for c in string.ascii_letters + string.digits + string.punctuation if c not in HEXADECIMAL)
    quoted = others.replace("'", "''")
    text = taken_out(text, r"ExcludeCharacters: \w+\n", lambda _: f"ExcludeCharacters: '{quoted}'\n", 2)
    # The packages are there already.
    for step in STEPS:
        text = taken_out(
            text,
            rf"    Metadata:\n      BuildMethod: rust-cargolambda\n      BuildProperties: \{{ Binary: {step} \}}\n    Properties:\n      CodeUri: \.\./functions/{step}\n",
            f"    Properties:\n      CodeUri: {packages}/{step}\n", 1,
        )
    return taken_out(text, r"CodeUri: switch/\n", f"CodeUri: {Path('infra/switch').resolve()}\n", 1)


if __name__ == "__main__":
    print(emulated(Path(sys.argv[1]).read_text(encoding="utf-8"), Path(sys.argv[2]).resolve()), end="")
