"""A bucket for reports in another region, and a topic whose messages arrive in a queue; and what came there.

    sinks.py setup ACCOUNT
    sinks.py read ACCOUNT

Prints JSON.
"""

import json
import sys

import boto3

BUCKET = "palisade-reports-of-a-test"


def session(account):
    role = {"RoleArn": f"arn:aws:iam::{account}:role/Runner", "RoleSessionName": "test"}
    keys = boto3.client("sts").assume_role(**role)["Credentials"]
    own = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    return own, {
        "access_key_id": keys["AccessKeyId"],
        "secret_access_key": keys["SecretAccessKey"],
        "session_token": keys["SessionToken"],
    }


def setup(account):
    own, credentials = session(account)
    where = {"LocationConstraint": "eu-west-1"}
    own.client("s3", region_name="eu-west-1").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
    topic = own.client("sns").create_topic(Name="security")["TopicArn"]
    queue = own.client("sqs").create_queue(QueueName="security")["QueueUrl"]
    attributes = own.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    own.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=attributes["QueueArn"])
    return {"credentials": credentials, "bucket": BUCKET, "topic": topic}


def read(account):
    own, _ = session(account)
    s3, sqs = own.client("s3", region_name="eu-west-1"), own.client("sqs")
    objects = {}
    for item in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        answer = s3.get_object(Bucket=BUCKET, Key=item["Key"])
        body = answer["Body"].read()
        objects[item["Key"]] = {"type": answer["ContentType"], "start": body[:400].decode("utf-8", "replace")}
    messages = []
    queue = sqs.get_queue_url(QueueName="security")["QueueUrl"]
    while True:
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        if not answer:
            break
        for message in answer:
            messages.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return {"objects": objects, "messages": messages}


print(json.dumps({"setup": setup, "read": read}[sys.argv[1]](sys.argv[2])))
