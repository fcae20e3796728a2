"""The rules of S3 and of DynamoDB that the line relies on, asked of other hands than our embedded storage:

    rules.py s3 ENDPOINT | rules.py dynamodb ENDPOINT

Signed uploads held to one object, size and SHA-256; conditional writes and transactions of which one of
fifty parallel writers wins. Ends with one line: `NAME: N passed, N failed`.
"""

import base64
import hashlib
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.client import Config
from botocore.exceptions import ClientError

WRITERS = 50
ROUNDS = 5
BUCKET = "rules"
BODY = b"une liste de gens qui n'existent pas\n"


def client(name, endpoint):
    config = Config(s3={"addressing_style": "path"}, max_pool_connections=WRITERS, retries={"max_attempts": 1})
    return boto3.client(name, endpoint_url=endpoint, region_name="eu-west-3", config=config)


def status(call):
    """What storage answers: 200, or the status of its refusal."""
    try:
        call()
    except ClientError as refused:
        return refused.response["ResponseMetadata"]["HTTPStatusCode"]
    return 200


def at_once(work):
    """The answers of many writers that start together."""
    together = threading.Barrier(WRITERS)

    def writer(number):
        together.wait()
        return work(number)

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(writer, range(WRITERS)))


def sha256(body):
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


class S3:
    """What `store::Objects` asks."""

    def __init__(self, endpoint):
        self.s3 = client("s3", endpoint)
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})

    def put(self, key, body=BODY, **conditions):
        return status(lambda: self.s3.put_object(Bucket=BUCKET, Key=key, Body=body, **conditions))

    def read(self, key):
        return self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()

    def signed(self, key, seconds=900):
        """A signed upload as the door gives it, and what its sender must send with it."""
        terms = {
            "Bucket": BUCKET, "Key": key, "ContentLength": len(BODY), "ChecksumSHA256": sha256(BODY), "IfNoneMatch": "*",
        }
        url = self.s3.generate_presigned_url("put_object", Params=terms, ExpiresIn=seconds)
        return url, {"content-length": str(len(BODY)), "x-amz-checksum-sha256": sha256(BODY), "if-none-match": "*"}

    @staticmethod
    def send(url, headers, body=BODY):
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, headers, method="PUT")) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code

    def one_of_fifty_writes_what_is_not_there(self):
        for _ in range(ROUNDS):
            key = f"once/{uuid.uuid4()}"
            answers = at_once(lambda number: self.put(key, b"%d" % number * 50_000, IfNoneMatch="*"))
            assert answers.count(200) == 1, answers
            assert set(answers) <= {200, 409, 412}, answers
            winner = answers.index(200)
            assert self.read(key) == b"%d" % winner * 50_000, "what is there is what the winner wrote"

    def one_of_fifty_replaces_what_it_has_read(self):
        for _ in range(ROUNDS):
            key = f"latest/{uuid.uuid4()}"
            tag = self.s3.put_object(Bucket=BUCKET, Key=key, Body=b"0")["ETag"]
            answers = at_once(lambda number: self.put(key, b"%d" % (number + 1), IfMatch=tag))
            assert answers.count(200) == 1, answers
            assert self.read(key) == b"%d" % (answers.index(200) + 1)

    def a_signed_upload_is_taken_once(self):
        key = f"depots/{uuid.uuid4()}"
        url, headers = self.signed(key)
        assert self.send(url, headers) == 200
        assert self.read(key) == BODY
        assert self.send(url, headers) in (403, 409, 412)

    def a_signed_upload_takes_no_other_bytes_size_key_or_moment(self):
        key = f"depots/{uuid.uuid4()}"
        url, headers = self.signed(key)
        other = BODY.replace(b"liste", b"autre")
        assert self.send(url, headers, other) in (400, 403), "other bytes of the same size"
        longer = headers | {"content-length": str(len(BODY) + 1)}
        assert self.send(url, longer, BODY + b"x") in (400, 403), "another size"
        assert self.send(url, headers | {"x-amz-checksum-sha256": sha256(other)}, other) in (400, 403), "another digest"
        without = {name: value for name, value in headers.items() if name != "if-none-match"}
        assert self.send(url, without) in (400, 403), "without its condition"
        assert self.send(url.replace(key, key + "x"), headers) == 403, "another key"
        old, headers = self.signed(key, seconds=1)
        time.sleep(2.5)
        assert self.send(old, headers) in (400, 403), "too late"
        assert status(lambda: self.s3.head_object(Bucket=BUCKET, Key=key)) == 404, "nothing of it is there"

    def bytes_that_are_not_those_announced_are_not_kept(self):
        key = f"v/{uuid.uuid4()}"
        assert self.put(key, BODY, ChecksumSHA256=sha256(b"other")) == 400
        assert status(lambda: self.s3.head_object(Bucket=BUCKET, Key=key)) == 404

    def what_is_not_there_is_said(self):
        assert status(lambda: self.s3.get_object(Bucket=BUCKET, Key="nothing")) == 404
        assert self.put(f"latest/{uuid.uuid4()}", IfMatch='"0"') in (404, 412)


class DynamoDb:
    """What `store::Index` asks."""

    def __init__(self, endpoint):
        self.table = f"rules-{uuid.uuid4()}"
        self.dynamodb = client("dynamodb", endpoint)
        self.dynamodb.create_table(
            TableName=self.table, BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        )

    def key(self, name):
        return {"pk": {"S": name}, "sk": {"S": name}}

    def transact(self, *writes):
        return status(lambda: self.dynamodb.transact_write_items(TransactItems=list(writes)))

    def new(self, name, **attributes):
        item = self.key(name) | {key: {"N": str(value)} for key, value in attributes.items()}
        return {"Put": {"TableName": self.table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}

    def found(self, name):
        return self.dynamodb.get_item(TableName=self.table, Key=self.key(name), ConsistentRead=True).get("Item")

    def one_of_fifty_makes_a_deposit_count(self):
        """The commit point of the line: a deposit moves, and a list, at the revision that was seen."""
        for turn in range(ROUNDS):
            deposit, current = f"depot#{turn}", f"courant#{turn}"
            assert self.transact(self.new(deposit), self.new(current, revision=7)) == 200
            move = {
                "TableName": self.table, "UpdateExpression": "SET #state = :to", "ConditionExpression": "attribute_not_exists(#state)",
                "ExpressionAttributeNames": {"#state": "state"}, "ExpressionAttributeValues": {":to": {"S": "validated"}},
            }

            def judge(number):
                put = {
                    "TableName": self.table, "Item": self.key(current) | {"revision": {"N": "8"}, "by": {"N": str(number)}},
                    "ConditionExpression": "revision = :seen", "ExpressionAttributeValues": {":seen": {"N": "7"}},
                }
                return self.transact({"Update": move | {"Key": self.key(deposit)}}, {"Put": put})

            answers = at_once(judge)
            assert answers.count(200) == 1, answers
            assert self.found(current)["by"]["N"] == str(answers.index(200)), "the list is the winner's"
            assert self.found(deposit)["state"]["S"] == "validated"

    def a_refused_transaction_leaves_nothing(self):
        assert self.transact(self.new("taken")) == 200
        answers = at_once(lambda number: self.transact(self.new(f"beside-{number}"), self.new("taken")))
        assert set(answers) == {400}, answers
        left = [number for number in range(WRITERS) if self.found(f"beside-{number}")]
        assert not left, f"{left} were written though their transaction was refused"

    def a_list_is_read_in_order_and_whole(self):
        for number in range(30):
            item = {"pk": {"S": "organisme#x"}, "sk": {"S": f"depot#{number:03}"}, "padding": {"S": "x" * 1000}}
            self.dynamodb.put_item(TableName=self.table, Item=item)
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.table, ConsistentRead=True, ScanIndexForward=False, PaginationConfig={"PageSize": 7},
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={":pk": {"S": "organisme#x"}, ":first": {"S": "depot#"}, ":last": {"S": "depot#~"}},
        )
        read = [item["sk"]["S"] for page in pages for item in page["Items"]]
        assert read == [f"depot#{number:03}" for number in reversed(range(30))], read


def main():
    name, endpoint = sys.argv[1:]
    asked = {"s3": S3, "dynamodb": DynamoDb}[name](endpoint)
    checks = [check for check in vars(type(asked)) if "_" in check and not check.startswith("_")]
    failed = 0
    for check in checks:
        try:
            getattr(asked, check)()
            print(f"ok     {check}", flush=True)
        except Exception as error:  # pylint: disable=broad-except  # those that follow are asked too
            failed += 1
            print(f"FAILED {check}: {type(error).__name__}: {str(error)[:400]}", flush=True)
    print(f"{name}: {len(checks) - failed} passed, {failed} failed")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
