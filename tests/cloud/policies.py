"""Checks the template against the code, and its policies with a real evaluator.

    policies.py CFN_JSON EVALUATOR_FOLDER            check
    policies.py CFN_JSON EVALUATOR_FOLDER --write    write the table of infra/README.md anew

A question is (who, what, where, in which circumstances); `simulate.mjs` answers it. Nothing here
interprets a policy.
"""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import source
from stack import ACCOUNT, REGION, Stack

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "infra" / "README.md"
TEMPLATE = ROOT / "infra" / "template.yaml"

ROLES = ("upload", "validate", "aggregate", "publish", "switch")
BUCKETS = ("Inbox", "Lake", "Reports", "Site")
KEYS = ("InboxKey", "LakeKey", "IdentitiesKey")
READ, WRITE = "s3:GetObject", "s3:PutObject"

# Who uses which object, and how: what the handlers do, in the order of the line.
USES = {
    "Deposit": {"upload": {WRITE}, "validate": {READ}},
    "Request": {"upload": {WRITE}, "validate": {READ}},
    "Report": {"upload": {READ}, "validate": {WRITE}},
    "Answer": {"upload": {READ}, "validate": {WRITE}},
    "Reference": {"validate": {READ, WRITE}, "aggregate": {READ}, "publish": {READ}},
    "Records": {"validate": {READ, WRITE}, "aggregate": {READ}},
    "Identities": {"validate": {WRITE}},
    "Compact": {"aggregate": {READ, WRITE}},
    "Commit": {"validate": {WRITE}},
    "Plan": {"aggregate": {READ, WRITE}},
    "Partial": {"aggregate": {READ, WRITE}},
    "Indicators": {"aggregate": {WRITE}, "publish": {READ}},
    "Homes": {"aggregate": {WRITE}},
    "Flows": {"aggregate": {WRITE}, "publish": {READ}},
    "Cohorts": {"aggregate": {WRITE}, "publish": {READ}},
    "Run": {"aggregate": {READ, WRITE}, "publish": {READ}},
    "Shown": {"publish": {READ, WRITE}},
    "Published": {"publish": {READ, WRITE}},
    "Latest": {"publish": {READ, WRITE}, "switch": {READ}},
}
# Whose absence a step must be able to tell: without ListBucket S3 answers 403 instead of 404.
LISTS = {
    "upload": {"Reports"},
    "validate": {"Inbox", "Lake"},
    "aggregate": {"Lake"},
    "publish": {"Lake", "Site"},
    "switch": set(),
}
# Who uses which items of the index, and how.
ITEMS = {
    "depot#": {
        "upload": {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem"},
        "validate": {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:UpdateItem"},
    },
    "organisme#": {
        "upload": {"dynamodb:Query", "dynamodb:PutItem"},
        "validate": {"dynamodb:Query", "dynamodb:PutItem"},
    },
    "courant#": {
        "upload": {"dynamodb:GetItem"},
        "validate": {"dynamodb:GetItem", "dynamodb:ConditionCheckItem", "dynamodb:PutItem"},
        "aggregate": {"dynamodb:Query"},
    },
    "referentiel": {
        "upload": {"dynamodb:GetItem"},
        "validate": {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"},
        "aggregate": {"dynamodb:Query"},
    },
    "cle#": {"upload": {"dynamodb:GetItem"}},
    "cles": {},
    "notes#proposees": {"upload": {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"}},
    "notes#publiques": {
        "upload": {"dynamodb:GetItem", "dynamodb:DeleteItem"}, "aggregate": {"dynamodb:Query"},
    },
}
ITEM_READS = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:ConditionCheckItem")
ITEM_ACTIONS = ITEM_READS + ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
# Who may open and who may close each lock, through storage only.
OPEN, CLOSE = "kms:Decrypt", "kms:GenerateDataKey"
LOCKS = {
    "InboxKey": {"upload": {CLOSE}, "validate": {OPEN}},
    "LakeKey": {
        "upload": {OPEN}, "validate": {OPEN, CLOSE}, "aggregate": {OPEN, CLOSE},
        "publish": {OPEN, CLOSE},
    },
    "IdentitiesKey": {"validate": {CLOSE}},
}
# Written only where nothing is yet.
ONCE = {"Deposit", "Request", "Published"}


@dataclass(frozen=True)
class Question:
    """May `who` do `action` to `resource`?"""

    who: str
    action: str
    resource: str
    on: str | None = None
    context: tuple = ()
    without: str | None = None

    def __str__(self):
        circumstances = ", ".join(f"{key}={value}" for key, value in self.context)
        return f"{self.who} {self.action} {self.resource} [{circumstances}]"


@dataclass
class Checks:
    """What was checked, and what was found wrong."""

    stack: Stack
    evaluator: str
    passed: int = 0
    wrong: list = field(default_factory=list)

    def expect(self, right, message):
        if right:
            self.passed += 1
        else:
            self.wrong.append(message)

    def equal(self, found, expected, what):
        self.expect(found == expected, f"{what}: {found} where {expected} was expected")

    def ask(self, questions):
        """The answers, in order. One process for all of them."""
        requests = [self.request(question) for question in questions]
        command = ["node", str(Path(__file__).with_name("simulate.mjs")), self.evaluator]
        answered = subprocess.run(command, input=json.dumps(requests), capture_output=True, text=True, check=False)
        if answered.returncode:
            raise SystemExit(f"the evaluator failed: {answered.stderr}")
        return json.loads(answered.stdout)

    def request(self, question):
        role = f"{question.who.capitalize()}Role"
        identity, principal = None, question.who
        if question.who == "administrator":
            principal = f"arn:aws:iam::{ACCOUNT}:role/administrator"
            identity = [{"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}]
        elif role in self.stack.resources:
            principal = f"arn:aws:iam::{ACCOUNT}:role/{role}"
            statements = self.stack.role(role)
            identity = [one for sid, one in statements.items() if sid != question.without]
        context = {"aws:SecureTransport": "true"} | dict(question.context)
        return {
            "principal": principal,
            "action": question.action,
            "resource": question.resource,
            "account": ACCOUNT,
            "context": {key: list(value) if isinstance(value, tuple) else value for key, value in context.items()},
            "identity": identity and {"Version": "2012-10-17", "Statement": identity},
            "policy": self.stack.resource_policy(question.on) if question.on else None,
        }

    # ── questions ───────────────────────────────────────────────────────────────────────────────

    def object(self, who, action, key, **circumstances):
        shelf, path = source.keys()[key]
        context = {}
        if action == WRITE:
            context["s3:signatureAge"] = "1000"
            if key in ONCE:
                context["s3:if-none-match"] = "*"
            if key == "Identities":
                context["s3:x-amz-server-side-encryption-aws-kms-key-id"] = self.stack.arn("IdentitiesKey")
        context |= {name.replace("__", ":").replace("_", "-"): value for name, value in circumstances.items()}
        context = {name: value for name, value in context.items() if value is not None}
        return Question(who, action, f"{self.stack.arn(shelf)}/{path}", shelf, tuple(context.items()))

    def listing(self, who, shelf):
        return Question(who, "s3:ListBucket", self.stack.arn(shelf), shelf)

    def item(self, who, action, partition):
        key = partition + "x" if partition.endswith("#") else partition
        leading = (("dynamodb:LeadingKeys", (key,)),)
        return Question(who, action, self.stack.arn("Index"), None, leading)

    def lock(self, who, action, key, via=f"s3.{REGION}.amazonaws.com"):
        context = (("kms:ViaService", via),) if via else ()
        return Question(who, action, self.stack.arn(key), key, context)

    def queue(self, who, action, queue, context=()):
        return Question(who, action, self.stack.arn(queue), queue, context)

    def needs(self, who):
        """Everything this role must be able to do."""
        needs = [self.object(who, action, key) for key, users in USES.items() for action in sorted(users.get(who, ()))]
        needs += [self.listing(who, shelf) for shelf in sorted(LISTS[who])]
        needs += [self.item(who, action, p) for p, users in ITEMS.items() for action in sorted(users.get(who, ()))]
        needs += [self.lock(who, action, key) for key, users in LOCKS.items() for action in sorted(users.get(who, ()))]
        if any(who in users for users in ITEMS.values()):
            needs.append(self.lock(who, OPEN, "LakeKey", via=f"dynamodb.{REGION}.amazonaws.com"))
        if who != "upload":
            for action in ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"):
                needs.append(self.queue(who, action, f"{who.capitalize()}Queue"))
                if who == "validate": # which answers what nobody could judge
                    needs.append(self.queue(who, action, "ValidateDeadLetters"))
        logs = self.stack.arn(f"{who.capitalize()}Logs").removesuffix("*") + "log-stream:x"
        needs += [Question(who, "logs:PutLogEvents", logs), Question(who, "xray:PutTraceSegments", "*")]
        if who == "switch":
            edge = self.stack.arn("Edge")
            needs.append(Question(who, "cloudfront-keyvaluestore:PutKey", edge))
            needs.append(Question(who, "cloudfront-keyvaluestore:DescribeKeyValueStore", edge))
        return needs

    def everything(self, who):
        """Everything this role could want, needed or not."""
        actions = (READ, WRITE, "s3:GetObjectVersion", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectAcl")
        wants = [self.object(who, action, key) for key in USES for action in actions]
        wants += [self.listing(who, shelf) for shelf in BUCKETS]
        wants += [self.item(who, action, partition) for partition in ITEMS for action in ITEM_ACTIONS]
        wants += [Question(who, "dynamodb:Scan", self.stack.arn("Index"))]
        wants += [self.lock(who, action, key) for key in KEYS for action in (OPEN, CLOSE)]
        wants += [self.lock(who, action, key, via=None) for key in KEYS for action in (OPEN, CLOSE)]
        for step in ROLES[1:]:
            for queue in (f"{step.capitalize()}Queue", f"{step.capitalize()}DeadLetters"):
                wants += [self.queue(who, action, queue) for action in ("sqs:ReceiveMessage", "sqs:SendMessage")]
        # The role alone: what the rule of the bucket refuses must not have been given either.
        shelf, path = source.keys()["Identities"]
        identities = f"{self.stack.arn(shelf)}/{path}"
        wants += [Question(who, action, identities) for action in (READ, "s3:GetObjectVersion")]
        for secret in map(self.stack.arn, ("LearnerKeySecret", "PublicationKeySecret")):
            wants.append(Question(who, "secretsmanager:GetSecretValue", secret))
        return wants

    # ── checks ──────────────────────────────────────────────────────────────────────────────────

    def each_role_has_exactly_what_its_step_uses(self):
        for who in ROLES:
            needs = self.needs(who)
            wants = [want for want in self.everything(who) if want not in needs]
            answers = self.ask(needs + wants)
            for need, answer in zip(needs, answers):
                self.expect(answer, f"refused, though needed: {need}")
            for want, answer in zip(wants, answers[len(needs):]):
                self.expect(not answer, f"allowed, though never used: {want}")

    def each_statement_is_needed(self):
        """Without any one statement of a role, something it needs is refused."""
        for who in ROLES:
            needs = self.needs(who)
            sids = list(self.stack.role(f"{who.capitalize()}Role"))
            asked = [Question(**(vars(need) | {"without": sid})) for sid in sids for need in needs]
            answers = self.ask(asked)
            for rank, sid in enumerate(sids):
                without = answers[rank * len(needs):(rank + 1) * len(needs)]
                self.expect(not all(without), f"{who}: nothing needs the statement {sid}")

    def the_uses_are_those_of_the_code(self):
        self.equal(set(USES), set(source.keys()), "keys of the store")
        self.equal(set(ITEMS), set(source.partitions()), "partitions of the index")
        for step in source.STEPS:
            named = source.keys_named_by(step)
            self.equal({key for key, users in USES.items() if step in users}, named, f"keys named by {step}")

    def some_things_nobody_may(self):
        inbox_key, lake_key = (self.stack.arn(key) for key in ("InboxKey", "LakeKey"))
        encrypted = "s3__x_amz_server_side_encryption_aws_kms_key_id"
        plain = {"aws__SecureTransport": "false"}
        refused = [
            # Nobody overwrites what is written once, nor sends with an old signature.
            self.object("upload", WRITE, "Deposit", s3__if_none_match=None),
            self.object("administrator", WRITE, "Deposit", s3__if_none_match=None),
            self.object("upload", WRITE, "Request", s3__if_none_match=None),
            self.object("publish", WRITE, "Published", s3__if_none_match=None),
            self.object("administrator", WRITE, "Published", s3__if_none_match=None),
            self.signed_for("upload", "900001"),
            # Identities are under their own key or they are not, and nobody reads them.
            self.object("validate", WRITE, "Identities", **{encrypted: lake_key}),
            self.object("validate", WRITE, "Identities", **{encrypted: inbox_key}),
            self.object("validate", WRITE, "Identities", **{encrypted: None}),
            *(self.object(who, READ, "Identities") for who in (*ROLES, "administrator")),
            # The edge reads versions of its own distribution's site, and nothing else.
            self.from_edge("Published", "other"),
            self.from_edge("Latest", "Distribution"),
        ]
        for key, users in USES.items():
            shelf, path = source.keys()[key]
            refused += [
                self.in_the_clear(who, action, key) for who, actions in users.items() for action in sorted(actions)
            ]
            refused.append(self.in_the_clear("administrator", READ, key))
        for question, answer in zip(refused, self.ask(refused)):
            self.expect(not answer, f"allowed: {question}")
        allowed = [
            self.signed_for("upload", "900000"),
            self.from_edge("Published", "Distribution"),
            self.object("administrator", READ, "Records"),
        ]
        for question, answer in zip(allowed, self.ask(allowed)):
            self.expect(answer, f"refused: {question}")

    def only_storage_and_the_night_ring(self):
        senders = {"ValidateQueue": "Inbox", "AggregateQueue": "Lake", "PublishQueue": "Lake", "SwitchQueue": "Site"}
        for queue, sender in senders.items():
            asked = [self.rings(queue, bucket) for bucket in BUCKETS]
            expected = [bucket == sender for bucket in BUCKETS]
            self.equal(self.ask(asked), expected, f"who of {BUCKETS} sends to {queue}")
        night = [self.queue("night", "sqs:SendMessage", queue) for queue in senders]
        self.equal(self.ask(night), [queue == "AggregateQueue" for queue in senders], "where the night rings")

    def a_count_in_ranges_calls_aggregate_and_nothing_else(self):
        """The pipe takes from one queue and starts one machine, which calls one function."""
        count, pipe = self.stack.arn("Count"), self.stack.arn("AggregateQueue")
        calls = [Question("count", "lambda:InvokeFunction", self.stack.arn(step.capitalize())) for step in ROLES]
        self.equal(self.ask(calls), [step == "aggregate" for step in ROLES], f"whom of {ROLES} a count calls")
        taken = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
        needs = {
            "count": [calls[ROLES.index("aggregate")], Question("count", "xray:PutTraceSegments", "*"),
                      Question("count", "logs:CreateLogDelivery", "*")],
            "pipe": [Question("pipe", action, pipe) for action in taken],
        }
        for who, needed in needs.items():
            needed.append(Question(who, "states:StartExecution", count))
            for need, answer in zip(needed, self.ask(needed)):
                self.expect(answer, f"refused, though needed: {need}")
            for want, answer in zip(self.everything(who), self.ask(self.everything(who))):
                self.expect(answer == (want.resource == pipe and who == "pipe" and want.action in taken), f"allowed: {want}")
            for sid in self.stack.role(f"{who.capitalize()}Role"):
                without = self.ask([Question(**(vars(need) | {"without": sid})) for need in needed])
                self.expect(not all(without), f"{who}: nothing needs the statement {sid}")
        machine = json.loads(self.stack.properties("Count")["DefinitionString"])
        function, states = self.stack.arn("Aggregate"), machine["States"]
        inner = states["Ranges"]["ItemProcessor"]["States"]["Range"]
        steps = [states["Open"]["Parameters"], states["Ranges"]["ItemSelector"], states["Sum"]["Parameters"]]
        fields = [sorted(name.removesuffix(".$") for name in step) for step in steps]
        self.equal([step["step"] for step in steps], list(source.steps_of_aggregate()), "steps of a count")
        self.equal(fields, [sorted(["step", *fields]) for fields in source.steps_of_aggregate().values()], "what each is told")
        for task in (states["Open"], inner, states["Sum"]):
            self.equal(task["Resource"], function, "what a step calls")

    def signed_for(self, who, age_ms):
        question = self.object(who, WRITE, "Deposit")
        return Question(**(vars(question) | {"context": (("s3:signatureAge", age_ms), ("s3:if-none-match", "*"))}))

    def in_the_clear(self, who, action, key):
        question = self.object(who, action, key)
        return Question(**(vars(question) | {"context": (*question.context, ("aws:SecureTransport", "false"))}))

    def from_edge(self, key, distribution):
        shelf, path = source.keys()[key]
        arn = f"arn:aws:cloudfront::{ACCOUNT}:distribution/{distribution}"
        resource = f"{self.stack.arn(shelf)}/{path}"
        return Question("cloudfront.amazonaws.com", READ, resource, shelf, (("aws:SourceArn", arn),))

    def rings(self, queue, bucket):
        context = (("aws:SourceArn", self.stack.arn(bucket)), ("aws:SourceAccount", ACCOUNT))
        return self.queue("s3.amazonaws.com", "sqs:SendMessage", queue, context)

    def the_variables_are_those_the_code_reads(self):
        for step, read in source.variables().items():
            given = set(self.stack.properties(step.capitalize())["Environment"]["Variables"])
            self.equal(given, read, f"variables of {step}")

    def the_line_is_the_one_of_one_machine(self):
        """`local::wiring` and the template say the same."""
        for step, here in source.wiring().items():
            function = self.stack.properties(step.capitalize())
            self.equal(function["Timeout"], here["timeout"], f"time-out of {step}")
            self.equal(function["MemorySize"], here["memory"], f"memory of {step}")
            given = set(function["Environment"]["Variables"])
            given -= {"IDENTITIES_KEY_ARN"} # one machine has no KMS
            self.equal(given, here["environment"], f"variables of {step} on one machine")
            if "prefixes" not in here:
                continue
            queue = f"{step.capitalize()}Queue"
            (mapping,) = (
                one["Properties"] for one in self.stack.of_type("AWS::Lambda::EventSourceMapping").values()
                if one["Properties"]["EventSourceArn"] == self.stack.arn(queue)
            )
            self.equal(mapping["BatchSize"], here["batch_size"], f"batch of {step}")
            self.equal(mapping["FunctionResponseTypes"], ["ReportBatchItemFailures"], f"answers of {step}")
            redrive = self.stack.properties(queue)["RedrivePolicy"]
            self.equal(redrive["maxReceiveCount"], here["max_receives"], f"receptions of {step}")
            self.equal(redrive["deadLetterTargetArn"], self.stack.arn(f"{step.capitalize()}DeadLetters"), queue)
            prefixes = [
                rule["Value"]
                for bucket in BUCKETS
                for wake in self.stack.properties(bucket).get("NotificationConfiguration", {}).get("QueueConfigurations", [])
                if wake["Queue"] == self.stack.arn(queue)
                for rule in wake["Filter"]["S3Key"]["Rules"]
            ]
            self.equal(prefixes, here["prefixes"], f"what wakes {step}")
            enough = self.stack.properties(queue)["VisibilityTimeout"] >= 6 * here["timeout"]
            self.expect(enough, f"{queue} shows a message again before six time-outs")

    def buckets_are_private_and_data_outlives_the_stack(self):
        for name, bucket in self.stack.of_type("AWS::S3::Bucket").items():
            properties = bucket["Properties"]
            self.expect(all(properties["PublicAccessBlockConfiguration"].values()), f"{name} could be public")
            self.equal(properties["VersioningConfiguration"]["Status"], "Enabled", f"versions of {name}")
            self.expect("LifecycleConfiguration" in properties, f"{name} never forgets")
        kept = ("AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::SecretsManager::Secret")
        for name, one in self.stack.resources.items():
            if one["Type"] in kept:
                self.equal(one.get("DeletionPolicy"), "Retain", f"deletion of {name}")

    def every_dead_letter_rings(self):
        watched = {
            dimension["Value"]
            for alarm in self.stack.of_type("AWS::CloudWatch::Alarm").values()
            for dimension in alarm["Properties"].get("Dimensions", ())
        }
        for queue in self.stack.of_type("AWS::SQS::Queue"):
            if queue.endswith("DeadLetters"):
                self.expect(f"{self.stack.name(queue)}.QueueName" in watched, f"nobody watches {queue}")

    def the_template_is_in_the_order_of_the_line_and_says_why(self):
        lines = TEMPLATE.read_text(encoding="utf-8").splitlines()
        begin, end = lines.index("Resources:"), lines.index("Outputs:")
        rank = {}
        for number in range(begin + 1, end):
            line = lines[number]
            if line.startswith("  ") and not line.startswith("   ") and line.rstrip().endswith(":") and line.strip()[0].isalpha():
                rank[line.strip().rstrip(":")] = number
        line = ["Upload", "Inbox", "Validate", "Lake", "Reports", "Aggregate", "Publish", "Site", "Distribution", "Alarms"]
        ranks = [rank[name] for name in line]
        self.expect(ranks == sorted(ranks), f"not in the order of the line: {line}")
        words = ("Description:", "AlarmDescription:", "Comment:")
        starts = sorted(rank.values()) + [end]
        for name, number in rank.items():
            body = lines[number:next(start for start in starts if start > number)]
            said = lines[number - 1].strip().startswith("#") or any(part.strip().startswith(words) for part in body)
            self.expect(said, f"{name} does not say why it is there")

    def the_readme_says_who_may_what(self):
        self.equal(table_of(README.read_text(encoding="utf-8")), self.table(), "table of infra/README.md")

    def table(self):
        """Who may read and write what, as the evaluator answers."""
        verbs = {READ: "read", WRITE: "write"}
        header = "| What | " + " | ".join(ROLES) + " | public |"
        rows = [header, "| --- |" + " --- |" * (len(ROLES) + 1)]
        for key, (shelf, path) in ((key, source.keys()[key]) for key in USES):
            asked = [self.object(who, action, key) for who in ROLES for action in verbs]
            answers = iter(self.ask(asked + [self.from_edge(key, "Distribution")]))
            cells = [", ".join(word for word in verbs.values() if next(answers)) for _ in ROLES]
            cells.append("read" if next(answers) else "")
            rows.append(row(f"{shelf.lower()} `{path.split('/')[0] + '/' * ('/' in path)}`", cells))
        for partition in ITEMS:
            asked = [self.item(who, action, partition) for who in ROLES for action in ITEM_ACTIONS]
            answers = iter(self.ask(asked))
            cells = []
            for _ in ROLES:
                can = {action for action in ITEM_ACTIONS if next(answers)}
                reads, deletes = can & set(ITEM_READS), can & {"dynamodb:DeleteItem"}
                verbs = {"read": reads, "write": can - reads - deletes, "delete": deletes}
                cells.append(", ".join(word for word, actions in verbs.items() if actions))
            rows.append(row(f"index `{partition}`", cells + [""]))
        for key in KEYS:
            answers = iter(self.ask([self.lock(who, action, key) for who in ROLES for action in (OPEN, CLOSE)]))
            cells = [", ".join(word for word in ("decrypt", "encrypt") if next(answers)) for _ in ROLES]
            rows.append(row(f"key `{key}`", cells + [""]))
        # Two kinds of object may share a prefix, and a row.
        return "\n".join(dict.fromkeys(rows))


def row(what, cells):
    return f"| {what} | " + " | ".join(cells) + " |"


BEGIN, END = "<!-- who may: written by tests/cloud/policies.py --write -->\n", "\n<!-- end of who may -->"


def table_of(readme):
    return readme.split(BEGIN)[1].split(END)[0]


def main():
    path, evaluator, *rest = sys.argv[1:]
    checks = Checks(Stack(path), evaluator)
    if rest == ["--write"]:
        readme = README.read_text(encoding="utf-8")
        before, after = readme.split(BEGIN)[0], readme.split(END)[1]
        README.write_text(before + BEGIN + checks.table() + END + after, encoding="utf-8")
        return
    failed = 0
    for check in (
        checks.the_template_is_in_the_order_of_the_line_and_says_why,
        checks.the_variables_are_those_the_code_reads,
        checks.the_line_is_the_one_of_one_machine,
        checks.the_uses_are_those_of_the_code,
        checks.each_role_has_exactly_what_its_step_uses,
        checks.each_statement_is_needed,
        checks.some_things_nobody_may,
        checks.only_storage_and_the_night_ring,
        checks.a_count_in_ranges_calls_aggregate_and_nothing_else,
        checks.buckets_are_private_and_data_outlives_the_stack,
        checks.every_dead_letter_rings,
        checks.the_readme_says_who_may_what,
    ):
        checks.passed, checks.wrong = 0, []
        check()
        verdict = "FAILED" if checks.wrong else "ok"
        print(f"{verdict:6} {check.__name__} ({checks.passed} right, {len(checks.wrong)} wrong)")
        for message in checks.wrong:
            print(f"       {message}")
        failed += bool(checks.wrong)
    sys.exit(min(failed, 100))


if __name__ == "__main__":
    main()
