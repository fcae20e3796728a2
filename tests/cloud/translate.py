"""SAM template in, CloudFormation out: what AWS would make of it, without AWS.

    translate.py infra/template.yaml > cfn.json

The paths of the code become the bucket and key `sam package` would put there.
"""

import json
import os
import sys

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

REGION = "eu-west-3"


class NoManagedPolicy:
    """The roles of the template are written out: none is looked up."""

    def load(self):
        return {}


def translate(path):
    with open(path, encoding="utf-8") as file:
        template = yaml_parse(file.read())
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function":
            properties["CodeUri"] = "s3://packages/code.zip"
    # SAM asks its session for a region, and nothing else.
    os.environ["AWS_DEFAULT_REGION"] = REGION
    return transform(template, {}, NoManagedPolicy())


if __name__ == "__main__":
    json.dump(translate(sys.argv[1]), sys.stdout, indent=1)
