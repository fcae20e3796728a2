"""The translated template with its references resolved, as a stack in eu-west-3 would have them."""

import json
import re

ACCOUNT, REGION, STACK = "111122223333", "eu-west-3", "tableau-test"
PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::StackName": STACK,
    "AWS::Partition": "aws",
    "AWS::NoValue": None,
}
# How the ARN of a resource is made from its name, or from its logical id when it has none.
ARNS = {
    "AWS::S3::Bucket": "arn:aws:s3:::{name}",
    "AWS::SQS::Queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{{name}}",
    "AWS::KMS::Key": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{{name}}",
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{{name}}",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{{name}}:*",
    "AWS::Lambda::Function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{{name}}",
    "AWS::StepFunctions::StateMachine": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{{name}}",
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/{{name}}",
    "AWS::CloudFront::KeyValueStore": f"arn:aws:cloudfront::{ACCOUNT}:key-value-store/{{name}}",
    "AWS::SecretsManager::Secret": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{{name}}",
}
NAMES = ("BucketName", "TableName", "LogGroupName", "FunctionName", "StateMachineName")


class Stack:
    """What the checks ask of the template."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            template = json.load(file)
        self.parameters = {name: one.get("Default") for name, one in template["Parameters"].items()}
        self.raw = template["Resources"]
        self.resources = {name: self.resolve(one) for name, one in self.raw.items()}

    def of_type(self, kind):
        return {name: one for name, one in self.resources.items() if one["Type"] == kind}

    def properties(self, name):
        return self.resources[name]["Properties"]

    def name(self, resource):
        properties = self.raw[resource].get("Properties", {})
        found = next((properties[key] for key in NAMES if key in properties), resource)
        return self.resolve(found)

    def arn(self, resource):
        return ARNS.get(self.raw[resource]["Type"], "arn:aws:x:::{name}").format(name=self.name(resource))

    def role(self, name):
        """The statements a role is given, by their Sid."""
        (policy,) = self.properties(name)["Policies"]
        return {one["Sid"]: one for one in policy["PolicyDocument"]["Statement"]}

    def resource_policy(self, resource):
        """The policy that rests on a bucket, a queue or a key."""
        if self.raw[resource]["Type"] == "AWS::KMS::Key":
            return self.properties(resource)["KeyPolicy"]
        for policy in self.resources.values():
            properties = policy.get("Properties", {})
            on = properties.get("Queues", [properties.get("Bucket")])
            if policy["Type"] in ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy") and self.name(resource) in on:
                return properties["PolicyDocument"]
        return None

    def resolve(self, value):
        if isinstance(value, list):
            return [self.resolve(one) for one in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (function, argument), = value.items()
            if function == "Ref":
                return self.reference(argument)
            if function == "Fn::GetAtt":
                resource, attribute = argument if isinstance(argument, list) else argument.split(".", 1)
                return self.attribute(resource, attribute)
            if function == "Fn::Sub":
                text, given = argument if isinstance(argument, list) else (argument, {})
                here = lambda found: str(self.resolve(given.get(found[1])) or self.substitute(found[1]))
                return re.sub(r"\$\{([^}!]+)\}", here, text)
            if function == "Fn::If":
                return self.resolve(argument[1])
        return {key: self.resolve(one) for key, one in value.items()}

    def substitute(self, name):
        return str(self.attribute(*name.split(".", 1)) if "." in name else self.reference(name))

    def reference(self, name):
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.parameters:
            return self.parameters[name]
        # What identifies a state machine is its ARN.
        return self.arn(name) if self.raw[name]["Type"] == "AWS::StepFunctions::StateMachine" else self.name(name)

    def attribute(self, resource, attribute):
        return self.arn(resource) if attribute == "Arn" else f"{self.name(resource)}.{attribute}"
