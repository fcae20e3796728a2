"""Makes a deposit key for a stack on AWS, as `tableau key new` does on one machine.

    aws dynamodb transact-write-items --transact-items "$(python3 infra/new_key.py UAI-SIRET…)"

With `--referentiels` instead of organisations it is the key of an operator, who drops the reference
datasets and nothing else. The key itself is shown once, on standard error; only its SHA-256 is written. Both items are new or
neither is.
"""

import hashlib
import json
import os
import re
import secrets
import sys
from datetime import datetime, timezone


# Who drops the reference datasets, and which: `Organisation::operator`, `Dataset::REFERENCES`.
OPERATOR = "0000000A-00000000000000"
REFERENCES = ["organismes", "reseaux", "certifications", "zones"]


def items(key, short_name, organisations, created_at):
    """The two items of a key: one to find it by its hash, one to list it."""
    sha256 = hashlib.sha256(key.encode()).hexdigest()
    datasets = REFERENCES if organisations == [OPERATOR] else ["effectifs"]
    attributes = {
        "id": {"S": short_name},
        "sha256": {"S": sha256},
        "organisations": {"L": [{"S": one} for one in organisations]},
        "datasets": {"L": [{"S": one} for one in datasets]},
        "created_at": {"S": created_at},
    }
    by_hash = {"pk": {"S": f"cle#{sha256}"}, "sk": {"S": "cle"}}
    listed = {"pk": {"S": "cles"}, "sk": {"S": short_name}}
    return [place | attributes for place in (by_hash, listed)]


def main():
    organisations = [OPERATOR] if sys.argv[1:] == ["--referentiels"] else sys.argv[1:]
    table = os.environ.get("INDEX_TABLE", "tableau-prod-index")
    if not organisations or not all(re.fullmatch(r"\d{7}[A-Z]-\d{14}", one) for one in organisations):
        sys.exit("usage: INDEX_TABLE=… new_key.py UAI-SIRET… | --referentiels")
    key, short_name = f"tba_{secrets.token_hex(32)}", secrets.token_hex(4)
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    writes = [
        {"Put": {"TableName": table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}
        for item in items(key, short_name, organisations, now)
    ]
    json.dump(writes, sys.stdout)
    print(f"Key {short_name}, to keep secret; it will not be shown again:\n{key}", file=sys.stderr)


if __name__ == "__main__":
    main()
