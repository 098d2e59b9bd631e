"""aws_expired.py ACCOUNT -- prints, as JSON, temporary credentials of the lab's AWS that are no longer valid."""
import json
import sys
import time

import botocore.config
from aws_resources import Account

account = Account(sys.argv[1])
role = account.role("deploy")
short = botocore.config.Config(parameter_validation=False)  # AWS itself gives no less than 15 minutes
made = account.client("sts", config=short).assume_role(RoleArn=role, RoleSessionName="expired", DurationSeconds=1)
time.sleep(2)
keys = made["Credentials"]
print(json.dumps({"AWS_ACCESS_KEY_ID": keys["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
                  "AWS_SESSION_TOKEN": keys["SessionToken"]}))
