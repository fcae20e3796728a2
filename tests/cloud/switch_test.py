"""Runs the switch of `infra/switch` with a site and an edge of ours."""

import io
import json
import os
import sys
import types
import unittest
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "infra" / "switch"))


class Switch(unittest.TestCase):
    def test_the_edge_is_told_what_latest_says(self):
        site, edge = mock.Mock(), mock.Mock()
        site.get_object.return_value = {"Body": io.BytesIO(b'{"version":"abc","run":"r"}')}
        edge.describe_key_value_store.return_value = {"ETag": "tag"}
        clients = {"s3": site, "cloudfront-keyvaluestore": edge}
        boto3 = types.SimpleNamespace(client=lambda name: clients[name])
        environment = {"SITE_BUCKET": "site", "EDGE_ARN": "edge"}
        said = io.StringIO()
        with mock.patch.dict(sys.modules, boto3=boto3), mock.patch.dict(os.environ, environment):
            import switch

            with redirect_stdout(said):
                switch.handle({}, types.SimpleNamespace(function_name="f"))
        site.get_object.assert_called_once_with(Bucket="site", Key="latest.json")
        edge.put_key.assert_called_once_with(KvsARN="edge", Key="latest", Value="abc", IfMatch="tag")
        metric = json.loads(said.getvalue())
        self.assertEqual((metric["Publications"], metric["FunctionName"]), (1, "f"))

    def test_the_real_client_has_these_operations(self):
        import botocore.session

        service = botocore.session.get_session().get_service_model("cloudfront-keyvaluestore")
        put = service.operation_model("PutKey").input_shape
        self.assertEqual(set(put.required_members), {"KvsARN", "Key", "Value", "IfMatch"})
        self.assertIn("ETag", service.operation_model("DescribeKeyValueStore").output_shape.members)


if __name__ == "__main__":
    unittest.main()
