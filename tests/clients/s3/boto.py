"""A round through the S3 API with boto3: `python boto.py <endpoint> <key id> <secret>`. The bucket `files` is declared.

Prints a line for each step that went well."""

import hashlib
import io
import os
import sys
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, key_id, secret = sys.argv[1:]
s3 = boto3.client(
    "s3",
    endpoint_url=endpoint,
    region_name="auto",
    aws_access_key_id=key_id,
    aws_secret_access_key=secret,
    config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, retries={"max_attempts": 0}),
)
BUCKET = "files"
MIB = 1024 * 1024


def refusal(call, **arguments):
    """The code and the status of the error that a call ends with."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    return None


def objects():
    s3.put_object(Bucket=BUCKET, Key="boto/ü +.txt", Body=b"hello", ContentType="text/plain", Metadata={"owner": "ada"})
    got = s3.get_object(Bucket=BUCKET, Key="boto/ü +.txt")
    assert got["Body"].read() == b"hello"
    assert (got["ContentType"], got["Metadata"]) == ("text/plain", {"owner": "ada"}), got
    listed = s3.list_objects_v2(Bucket=BUCKET, Prefix="boto/")
    assert [entry["Key"] for entry in listed["Contents"]] == ["boto/ü +.txt"], listed
    assert s3.get_object(Bucket=BUCKET, Key="boto/ü +.txt", Range="bytes=1-3")["Body"].read() == b"ell"
    s3.delete_object(Bucket=BUCKET, Key="boto/ü +.txt")
    assert refusal(s3.get_object, Bucket=BUCKET, Key="boto/ü +.txt") == ("NoSuchKey", 404)


def streams():
    bytes_ = os.urandom(MIB)
    s3.put_object(Bucket=BUCKET, Key="stream", Body=io.BytesIO(bytes_))
    assert s3.get_object(Bucket=BUCKET, Key="stream")["Body"].read() == bytes_
    wrong = refusal(s3.put_object, Bucket=BUCKET, Key="stream", Body=b"x", ChecksumSHA256="A" * 43 + "=")
    assert wrong == ("BadDigest", 400), wrong
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "stream"}]})


def transfers():
    bytes_ = os.urandom(13 * MIB)
    settings = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)
    s3.upload_fileobj(io.BytesIO(bytes_), BUCKET, "large", Config=settings)
    back = io.BytesIO()
    s3.download_fileobj(BUCKET, "large", back, Config=settings)
    assert back.getvalue() == bytes_
    part_hashes = [hashlib.md5(bytes_[at : at + 5 * MIB]).digest() for at in range(0, len(bytes_), 5 * MIB)]
    etag = hashlib.md5(b"".join(part_hashes)).hexdigest() + "-3"
    assert s3.head_object(Bucket=BUCKET, Key="large")["ETag"] == f'"{etag}"'
    # In one piece: R2 refuses the conditions that boto3 sends along when it copies in parts.
    s3.copy_object(Bucket=BUCKET, Key="copied", CopySource={"Bucket": BUCKET, "Key": "large"})
    assert s3.get_object(Bucket=BUCKET, Key="copied")["Body"].read() == bytes_
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "large"}, {"Key": "copied"}]})


def pages():
    keys = [f"page/{number:03}" for number in range(25)]
    for key in keys:
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"")
    for operation in ("list_objects_v2", "list_objects"):
        pages = s3.get_paginator(operation).paginate(Bucket=BUCKET, Prefix="page/", PaginationConfig={"PageSize": 10})
        assert [entry["Key"] for page in pages for entry in page["Contents"]] == keys
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": key} for key in keys]})


def signed_urls():
    put = s3.generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": "signed"}, ExpiresIn=60)
    with urllib.request.urlopen(urllib.request.Request(put, data=b"signed", method="PUT")) as answer:
        assert answer.status == 200
    get = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "signed"}, ExpiresIn=60)
    with urllib.request.urlopen(get) as answer:
        assert answer.read() == b"signed"
    s3.delete_object(Bucket=BUCKET, Key="signed")


for step in (objects, streams, transfers, pages, signed_urls):
    step()
    print("ok", step.__name__)
print("done")
