"""The keys of `infra/new_key.py` are those `store::index` reads."""

import re
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "infra"))

import new_key


class NewKey(unittest.TestCase):
    def test_it_writes_what_the_store_writes(self):
        rust = (ROOT / "functions/store/src/index.rs").read_text(encoding="utf-8")
        rust = rust[rust.index("pub async fn put_key"):rust.index("/// Every deposit key")]
        by_hash, listed = new_key.items("tba_0", "ab12", ["0010001A-11111111111111"], "2026-11-22T00:00:00Z")
        written = set(re.findall(r'^\s+\("(\w+)", ', rust, re.M))
        self.assertEqual(set(by_hash) - {"pk", "sk"}, written)
        self.assertEqual(set(listed), set(by_hash))
        self.assertIn('item(&format!("cle#{}", key.sha256), "cle", attributes())', rust)
        self.assertIn('item("cles", &key.id, attributes())', rust)
        self.assertEqual(by_hash["pk"]["S"], "cle#" + by_hash["sha256"]["S"])
        self.assertEqual(listed["sk"], listed["id"])

    def test_an_operator_drops_the_reference_datasets_and_nothing_else(self):
        item, _ = new_key.items("tba_0", "ab12", [new_key.OPERATOR], "2026-11-22T00:00:00Z")
        self.assertEqual([one["S"] for one in item["datasets"]["L"]], new_key.REFERENCES)
        upload = (ROOT / "functions/domain/src/upload.rs").read_text(encoding="utf-8")
        for name in new_key.REFERENCES:
            self.assertIn(f'=> "{name}"', upload)
        vocabulary = ROOT / "functions/domain/src/vocabulary/organisation.rs"
        self.assertIn(f'"{new_key.OPERATOR}"', vocabulary.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
