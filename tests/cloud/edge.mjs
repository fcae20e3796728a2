// Runs the CloudFront Functions of the template as the edge would, with a key value store of ours.
//
//     node edge.mjs CFN_JSON

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const template = JSON.parse(readFileSync(process.argv[2], "utf8"));
const code = template.Resources.Address.Properties.FunctionCode;
assert.match(code, /^import cf from 'cloudfront';/);
const body = code.replace("import cf from 'cloudfront';", "");

const edge = (stored) => {
  const kvs = () => ({
    async get(key) {
      if (key in stored) return stored[key];
      throw new Error("KeyNotFound");
    },
  });
  const handler = new Function("cf", `${body}\nreturn handler;`)({ kvs });
  return (uri) => handler({ request: { method: "GET", uri, headers: {}, querystring: {} } });
};

const open = edge({ latest: "abc" });
for (const [address, file] of [
  ["/", "/v/abc/index.html"],
  ["/region/53/", "/v/abc/region/53/index.html"],
  ["/region/53/donnees.csv", "/v/abc/region/53/donnees.csv"],
  ["/donnees/v1/indicateurs.parquet", "/v/abc/donnees/v1/indicateurs.parquet"],
  ["/v/old/region/53/", "/v/old/region/53/index.html"],
  ["/v/old/style.css", "/v/old/style.css"],
]) {
  assert.equal((await open(address)).uri, file);
}
for (const [address, location] of [
  ["/region/53", "/region/53/"],
  ["//elsewhere.example/x", "/elsewhere.example/x/"],
]) {
  const answer = await open(address);
  assert.equal(answer.statusCode, 308);
  assert.equal(answer.headers.location.value, location);
}
const before = await edge({})("/");
assert.equal(before.statusCode, 503);
assert.equal(before.headers["retry-after"].value, "300");

const successor = new Function(`${template.Resources.Successor.Properties.FunctionCode}\nreturn handler;`)();
for (const [uri, latest] of [
  ["/v/old/region/53/index.html", "/region/53/"],
  ["/v/old/index.html", "/"],
  ["/v/old/donnees/v1/manifest.json", "/donnees/v1/manifest.json"],
]) {
  const answer = successor({ request: { uri }, response: { statusCode: 200, headers: {} } });
  assert.equal(answer.headers.link.value, `<${latest}>; rel="latest-version"`);
}
