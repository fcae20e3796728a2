// Answers questions about policies with an evaluator that knows every condition operator of IAM.
// Reads a list of requests on standard input, writes the list of results: true where allowed.
//
//     node simulate.mjs FOLDER_OF_THE_EVALUATOR < questions.json > answers.json

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const require = createRequire(resolve(process.argv[2], "package.json"));
const { runSimulation } = require("@cloud-copilot/iam-simulate");

const answers = [];
for (const question of JSON.parse(readFileSync(0, "utf8"))) {
  const { principal, action, resource, account, context, identity, policy } = question;
  const outcome = await runSimulation({
    request: {
      principal,
      action,
      resource: { resource, accountId: account },
      contextVariables: context,
    },
    identityPolicies: identity ? [{ name: "role", policy: identity }] : [],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy: policy ?? undefined,
  }, {});
  if (outcome.resultType === "error" || outcome.errors) {
    throw new Error(`${action} on ${resource}: ${JSON.stringify(outcome.errors ?? outcome)}`);
  }
  answers.push(outcome.overallResult === "Allowed");
}
process.stdout.write(JSON.stringify(answers));
