"""Tells the edge which publication the public reads: `latest.json`, repeated as one key.

Wakes on any change of `latest.json` and reads it anew, whatever the message says: run twice, or out
of order, it leaves the same thing. It decides nothing.
"""

import json
import os
import time

import boto3

objects = boto3.client("s3")
edge = boto3.client("cloudfront-keyvaluestore")


def handle(event, context):
    latest = objects.get_object(Bucket=os.environ["SITE_BUCKET"], Key="latest.json")
    version = json.load(latest["Body"])["version"]
    store = os.environ["EDGE_ARN"]
    tag = edge.describe_key_value_store(KvsARN=store)["ETag"]
    # Fails when somebody wrote since: the message comes back, and reads again.
    edge.put_key(KvsARN=store, Key="latest", Value=version, IfMatch=tag)
    count_publication(context.function_name, version)


def count_publication(function_name, version):
    """One line that is both a log and a metric."""
    metric = {
        "Namespace": "Tableau",
        "Dimensions": [["FunctionName"]],
        "Metrics": [{"Name": "Publications", "Unit": "Count"}],
    }
    print(json.dumps({
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [metric]},
        "FunctionName": function_name,
        "Publications": 1,
        "version.id": version,
        "message": "the edge reads this publication",
    }))
