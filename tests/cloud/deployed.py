#!/usr/bin/env python3
"""The real template, deployed: a list goes through the real functions, from a signed upload to a
published page; then one permission is taken from each role, and the step that needs it fails.

    STACK=tableau-dev tests/cloud/deployed.py

Speaks to AWS, or to whatever AWS_ENDPOINT_URL names. `emulated.sh` deploys the stack there. Everyone in
the list is invented. Run it on a stack that nobody uses: it drops a list of organisations.
"""

import hashlib
import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.request
from datetime import date, datetime, timezone
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "infra"))
from new_key import OPERATOR, items  # noqa: E402  (beside the template)

REGION = os.environ.get("AWS_DEFAULT_REGION", "eu-west-3")
STACK = os.environ["STACK"]
EMULATED = "AWS_ENDPOINT_URL" in os.environ
PATIENCE = 180

ORGANISATION = "0350001L-19035000100011"
ORGANISATIONS = """\
uai;siret;raison_sociale;enseigne;nature;departement;commune
0350001L;19035000100011;CFA des tests de Rennes;;responsable_formateur;35;Rennes
0290001U;19029000100014;CFA des tests de Brest;;responsable_formateur;29;Brest
"""
COLUMNS = (
    "nom_apprenant;prenom_apprenant;date_de_naissance_apprenant;sexe_apprenant;email_contact;"
    "adresse_apprenant;code_postal_apprenant;etablissement_responsable_uai;"
    "etablissement_responsable_siret;etablissement_formateur_uai;etablissement_formateur_siret;"
    "annee_scolaire;annee_formation;formation_cfd;date_inscription_formation;date_entree_formation;"
    "date_fin_formation;contrat_date_debut;contrat_date_fin\n"
)

account = boto3.client("sts", region_name=REGION).get_caller_identity()["Account"]
aws = {
    name: boto3.client(name, region_name=REGION)
    for name in ("cloudformation", "dynamodb", "iam", "lambda", "logs", "s3", "sqs")
}


def resources():
    pages = aws["cloudformation"].get_paginator("list_stack_resources").paginate(StackName=STACK)
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for page in pages for one in page["StackResourceSummaries"]}


def bucket(shelf):
    return f"{STACK}-{account}-{shelf}"


def until(what, ask):
    """Waits for an answer that is one."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = ask()
        if found:
            return found
        time.sleep(1)
    raise AssertionError(f"never came: {what}")


# ── the door ────────────────────────────────────────────────────────────────────────────────────


def door(method, path, key, body=None):
    """What a sender asks: status and answer. The emulator has no routes for an HTTP API, so there the
    event of the gateway is made here; on AWS the request goes through CloudFront."""
    if EMULATED:
        event = {
            "version": "2.0", "routeKey": f"{method} {path}", "rawPath": path, "rawQueryString": "",
            "headers": {"authorization": f"Bearer {key}", "content-type": "application/json"},
            "requestContext": {
                "accountId": account, "apiId": "x", "stage": "$default", "requestId": secrets.token_hex(8),
                "time": "01/Jan/2026:00:00:00 +0000", "timeEpoch": int(time.time() * 1000),
                "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "x"},
            },
            "body": json.dumps(body) if body is not None else None, "isBase64Encoded": False,
        }
        answer, failed = invoke("upload", event)
        return (502, answer) if failed else (answer["statusCode"], json.loads(answer["body"] or "null"))
    url = outputs()["SiteUrl"] + path
    data = json.dumps(body).encode() if body is not None else None
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read() or b"null")


def outputs():
    (stack,) = aws["cloudformation"].describe_stacks(StackName=STACK)["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}


def make_key(organisation):
    key = f"tba_{secrets.token_hex(32)}"
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    made = items(key, secrets.token_hex(4), [organisation], now)
    writes = [{"Put": {"TableName": f"{STACK}-index", "Item": item}} for item in made]
    aws["dynamodb"].transact_write_items(TransactItems=writes)
    return key


def announce(key, name, dataset, content):
    """Opens a deposit; answers what the door does."""
    year = date.today().year - (date.today().month < 8)
    return door("POST", "/depots", key, {
        "file_name": name, "size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(),
        "dataset": dataset, "school_year": f"{year}-{year + 1}", "mode": "complete", "again": True,
    })


def send(upload, content):
    """What a browser does with a signed upload: the status of storage."""
    request = urllib.request.Request(upload["url"], content, upload["headers"], method="PUT")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def drop(key, name, dataset, content):
    """Announces and sends a file; answers its deposit and its upload."""
    status, opened = announce(key, name, dataset, content)
    assert status == 201, (status, opened)
    assert send(opened["upload"], content) == 200, "storage takes the file"
    return opened["deposit"], opened["upload"]


def judged(key, deposit):
    status, said = door("GET", f"/depots/{deposit}", key)
    assert status == 200, (status, said)
    return said if said["state"] != "opened" else None


def learners(count):
    """A list of apprentices who do not exist."""
    year = date.today().year - (date.today().month < 8)
    letters = "ABCDEFGHIJ"
    rows = []
    for number in range(count):
        name = "".join(letters[int(digit)] for digit in f"{number:05}")
        rows.append(
            f"{name};Camille;{number % 28 + 1:02}/05/{year - 18};{'FM'[number % 2]};contact{number}@exemple.fr;"
            f"1 rue du Test;35000;0350001L;19035000100011;0350001L;19035000100011;{year}-{year + 1};1;50022145;"
            f"01/07/{year};01/09/{year};31/08/{year + 1};01/09/{year};31/08/{year + 1}\n"
        )
    return (COLUMNS + "".join(rows)).encode()


# ── functions and roles ─────────────────────────────────────────────────────────────────────────


def invoke(function, event):
    """Calls a function: its answer, and whether it failed."""
    sent = aws["lambda"].invoke(FunctionName=f"{STACK}-{function}", Payload=json.dumps(event).encode())
    return json.loads(sent["Payload"].read() or b"null"), "FunctionError" in sent


def message(body):
    """An event of a queue, with one message."""
    return {"Records": [{
        "messageId": "m", "receiptHandle": "r", "body": json.dumps(body), "md5OfBody": "", "messageAttributes": {},
        "attributes": {"SentTimestamp": str(int(time.time() * 1000)), "ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs", "eventSourceARN": f"arn:aws:sqs:{REGION}:{account}:x", "awsRegion": REGION,
    }]}


def arrival(shelf, key):
    """What storage says when an object arrives."""
    return {"Records": [{
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": REGION, "eventName": "ObjectCreated:Put",
        "eventTime": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "userIdentity": {"principalId": "x"}, "requestParameters": {"sourceIPAddress": "127.0.0.1"}, "responseElements": {},
        "s3": {
            "s3SchemaVersion": "1.0", "configurationId": "x",
            "bucket": {"name": bucket(shelf), "ownerIdentity": {"principalId": "x"}, "arn": f"arn:aws:s3:::{bucket(shelf)}"},
            "object": {"key": key, "size": 1, "eTag": "x", "sequencer": "01"},
        },
    }]}


def fails(function, event):
    """Whether a function fails, or gives its message back."""
    answer, failed = invoke(function, event)
    return failed or bool((answer or {}).get("batchItemFailures"))


class Without:
    """A role without one of its statements, for a while."""

    def __init__(self, role, sid):
        self.role, self.sid = resources()[role], sid
        (self.policy,) = aws["iam"].list_role_policies(RoleName=self.role)["PolicyNames"]

    def put(self, document):
        aws["iam"].put_role_policy(RoleName=self.role, PolicyName=self.policy, PolicyDocument=json.dumps(document))
        time.sleep(0 if EMULATED else 15)

    def __enter__(self):
        self.document = aws["iam"].get_role_policy(RoleName=self.role, PolicyName=self.policy)["PolicyDocument"]
        kept = [one for one in self.document["Statement"] if one["Sid"] != self.sid]
        assert len(kept) == len(self.document["Statement"]) - 1, f"{self.role} has no {self.sid}"
        self.put(self.document | {"Statement": kept})

    def __exit__(self, *_):
        self.put(self.document)


# ── what must be seen ───────────────────────────────────────────────────────────────────────────


class Line:
    """What the checks leave to those that follow."""


def the_operator_says_who_may_send(line):
    key = make_key(OPERATOR)
    deposit, _ = drop(key, "organismes.csv", "organismes", ORGANISATIONS.encode())
    said = until("the list of organisations is judged", lambda: judged(key, deposit))
    assert said["state"] == "validated", said


def a_list_is_judged_and_answered(line):
    line.key, line.list = make_key(ORGANISATION), learners(25)
    line.deposit, line.upload = drop(line.key, "effectifs.csv", "effectifs", line.list)
    said = until("the list is judged", lambda: judged(line.key, line.deposit))
    assert said["state"] == "validated" and said["rows"]["accepted"] == 25, said


def a_deposit_is_never_overwritten(line):
    status = send(line.upload, line.list)
    assert status in (403, 412), f"a second upload was answered {status}"


def an_upload_is_for_one_file(line):
    _, opened = announce(line.key, "effectifs.csv", "effectifs", line.list)
    headers = {name.lower() for name in opened["upload"]["headers"]}
    assert headers == {"content-length", "if-none-match", "x-amz-checksum-sha256"}, headers
    status = send(opened["upload"], line.list.replace(b"Camille", b"Dominik"))
    assert status in (400, 403), f"other bytes were answered {status}"


def the_public_reads_a_page(line):
    def latest():
        try:
            return json.load(aws["s3"].get_object(Bucket=bucket("site"), Key="latest.json")["Body"])
        except ClientError:
            return None

    version = until("a publication", latest)["version"]
    page = aws["s3"].get_object(Bucket=bucket("site"), Key=f"v/{version}/departement/35/index.html")["Body"].read()
    assert "Ille-et-Vilaine" in page.decode(), "the page of the department"
    (run,) = aws["s3"].list_objects_v2(Bucket=bucket("lake"), Prefix="runs/", MaxKeys=1)["Contents"]
    line.run = run["Key"]


def nobody_reads_identities(line):
    (found,) = aws["s3"].list_objects_v2(Bucket=bucket("lake"), Prefix="identities/", MaxKeys=1)["Contents"]
    administrator = an_administrator()
    administrator.head_bucket(Bucket=bucket("lake"))
    try:
        administrator.get_object(Bucket=bucket("lake"), Key=found["Key"])
    except ClientError as refused:
        assert refused.response["ResponseMetadata"]["HTTPStatusCode"] == 403, refused
        return
    raise AssertionError("an administrator read identities")


def an_administrator():
    """Who deploys, on AWS. The emulator asks no policy of the root user, so there another is made."""
    if not EMULATED:
        return aws["s3"]
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    aws["iam"].create_user(UserName="administrator")
    aws["iam"].put_user_policy(UserName="administrator", PolicyName="all", PolicyDocument=json.dumps(everything))
    key = aws["iam"].create_access_key(UserName="administrator")["AccessKey"]
    return boto3.client(
        "s3", region_name=REGION, aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"],
    )


def a_message_that_is_not_ours_is_given_back(line):
    for function in ("validate", "aggregate", "publish"):
        assert fails(function, message({"hello": "world"})), function


def each_role_needs_what_it_has(line):
    """Without one statement its step fails, and with it the same event passes."""
    opened = lambda: announce(line.key, "effectifs.csv", "effectifs", line.list)[0] == 201

    def validates():
        # Its queue calls it too, and hides what failed for six minutes: judged twice, a file counts once.
        deposit, _ = drop(line.key, "effectifs.csv", "effectifs", line.list)
        return not fails("validate", message(arrival("inbox", f"depots/{deposit}")))

    def switches():
        answer, failed = invoke("switch", message(arrival("site", "latest.json")))
        # The emulator has no key value store at the edge: there the step is seen until it has read.
        return "AccessDenied" not in json.dumps(answer) if EMULATED else not failed

    night = message({"source": "schedule"})
    published = message(arrival("lake", line.run))
    cases = [
        ("UploadRole", "ReadKeysAndWhatCounts", opened),
        ("UploadRole", "OpenDepositsAndProposeNotes", opened),
        ("ValidateRole", "ReadDeposits", validates),
        ("ValidateRole", "LeaveReports", validates),
        ("ValidateRole", "LeaveRecords", validates),
        ("AggregateRole", "ReadWhatCounts", lambda: not fails("aggregate", night)),
        ("AggregateRole", "ReadRecords", lambda: not fails("aggregate", night)),
        ("PublishRole", "ReadIndicators", lambda: not fails("publish", published)),
        ("PublishRole", "SwitchLatest", lambda: not fails("publish", published)),
        ("SwitchRole", "ReadLatest", switches),
    ]
    for role, sid, passes in cases:
        with Without(role, sid):
            assert not passes(), f"{role} without {sid} still passes"
        assert passes(), f"{role} with {sid} again fails"


def no_log_names_a_learner(line):
    lines = 0
    for group in aws["logs"].describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{STACK}-")["logGroups"]:
        for page in aws["logs"].get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
            for event in page["events"]:
                lines += 1
                for canary in ("Camille", "@exemple.fr", "rue du Test", "AAAAB"):
                    assert canary not in event["message"], f"{group['logGroupName']}: {event['message'][:200]}"
    assert lines > 10, f"{lines} lines of log: nothing was looked at"


CHECKS = (
    the_operator_says_who_may_send,
    a_list_is_judged_and_answered,
    a_deposit_is_never_overwritten,
    an_upload_is_for_one_file,
    the_public_reads_a_page,
    nobody_reads_identities,
    a_message_that_is_not_ours_is_given_back,
    each_role_needs_what_it_has,
    no_log_names_a_learner,
)


def main():
    line, failed = Line(), 0
    for check in CHECKS:
        began = time.monotonic()
        try:
            check(line)
            print(f"ok     {check.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception as error:  # pylint: disable=broad-except  # the checks that follow are told too
            failed += 1
            print(f"FAILED {check.__name__}: {type(error).__name__}: {str(error)[:600]}", flush=True)
    print(f"deployed: {len(CHECKS) - failed} passed, {failed} failed")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
