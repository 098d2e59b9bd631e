#!/bin/bash
# User data of the launch template: what a new instance does at its first boot. The deploy puts the release's address in.
set -euo pipefail
mkdir -p /opt/api
aws s3 cp "@RELEASE@" - | tar --extract --gzip --directory /opt/api
exec /opt/api/start
