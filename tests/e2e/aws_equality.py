#!/usr/bin/env python3
"""The real AWS CLI (version 2) and ours side by side: the same command lines against two fresh servers, then
standard output, standard error and exit code compared byte for byte, but for ids and times that a server makes up.

    aws_equality.py --ours build/dev/runner --reference /usr/bin/aws [--server moto] [--only TEXT] [-v]
"""
import argparse
import concurrent.futures
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

DEFINITION = ('{"family":"web","cpu":"256","memory":"512","networkMode":"awsvpc","requiresCompatibilities":["FARGATE"],'
              '"containerDefinitions":[{"name":"web","image":"nginx:1","essential":true,"portMappings":'
              '[{"containerPort":80}],"environment":[{"name":"A","value":"b"}]}]}')

# One command line a row; NAME=... keeps the trimmed output for {NAME} further down. {dir} is a folder with files.
COMMANDS = """
sts get-caller-identity
sts get-caller-identity --query Account --output text
sts get-caller-identity --output text
sts get-caller-identity --output yaml
sts get-caller-identity --output table
sts get-caller-identity --query "[Account, Arn]"
sts get-caller-identity --query "nothing"
sts get-caller-identity --query "nothing" --output text
sts get-caller-identity --query "{a: Account, b: Arn}" --output table
sts assume-role --role-arn arn:aws:iam::123456789012:role/x --role-session-name session --query AssumedRoleUser.Arn
sts assume-role --role-arn short
ecr create-repository --repository-name web --query repository.repositoryName
ecr create-repository --repository-name api --tags Key=a,Value=b Key=c,Value=d --query repository.repositoryUri --output text
ecr create-repository --repository-name web
ecr describe-repositories
ecr describe-repositories --output text
ecr describe-repositories --repository-names web api --query "repositories[].repositoryName" --output text
ecr describe-repositories --output yaml
ecr describe-repositories --output table
ecr describe-repositories --max-items 1 --query repositories[0].repositoryName
ecr describe-repositories --max-items 1 --output text --query "repositories[*].repositoryName"
TOKEN=ecr describe-repositories --max-items 1 --query NextToken --output yaml
ecr describe-repositories --starting-token {TOKEN} --query "repositories[].repositoryName"
ecr describe-repositories --no-paginate --query "length(repositories)"
ecr describe-repositories --no-paginate --max-items 1
ecr describe-repositories --repository-names nope
ecr describe-images --repository-name web
ecr describe-images --repository-name nope
ecr get-login-password
ecr get-authorization-token --query "authorizationData[0].proxyEndpoint"
ecs create-cluster --cluster-name c
ecs create-cluster --cluster-name d --tags key=a,value=b --settings name=containerInsights,value=enabled --query cluster.clusterName
ecs describe-clusters --clusters c nope
ecs describe-clusters --clusters c nope --output text
ecs describe-clusters --clusters c --output table
ecs register-task-definition --cli-input-json file://{dir}/td.json --query taskDefinition.taskDefinitionArn --output text
ecs register-task-definition --cli-input-json file://{dir}/td.json --cpu 512
ecs register-task-definition --family short --container-definitions name=a,image=b,memory=128,essential=true --query taskDefinition.containerDefinitions
ecs register-task-definition --cli-input-json file://{dir}/none.json
ecs register-task-definition --cli-input-json '{'
ecs register-task-definition --cli-input-yaml file://{dir}/td.yaml --query taskDefinition.family
ecs describe-task-definition --task-definition web
ecs describe-task-definition --task-definition web --output text
ecs describe-task-definition --task-definition web --output yaml
ecs describe-task-definition --task-definition web --output table
ecs describe-task-definition --task-definition nope
ecs create-service --cluster c --service-name s --task-definition web --desired-count 1 --launch-type FARGATE --network-configuration "awsvpcConfiguration={subnets=[subnet-1],securityGroups=[sg-1],assignPublicIp=ENABLED}"
ecs create-service --cluster c --service-name s --task-definition web --desired-count 1 --query service.serviceName
ecs wait services-stable --cluster c --services s
ecs update-service --cluster c --service s --force-new-deployment --query service.serviceName --output text
ecs update-service --cluster c --service s --desired-count 2 --task-definition web:1 --query "service.[desiredCount,taskDefinition]" --output text
ecs update-service --cluster c --service nope
ecs update-service --cluster c
ecs update-service --cluster c --service s --desired-count many
ecs describe-services --cluster c --services s nope --query "[services[].serviceName, failures]"
ecs describe-services --cluster c --services s --query "services[0].desiredCount" --output text
ecs describe-services --cluster nope --services s
ecs list-services --cluster c
ecs list-services --cluster c --output text
ecs list-task-definitions --max-items 2 --output json --query taskDefinitionArns
ecs list-task-definitions --family-prefix web --sort DESC --output text
ecs wait services-inactive --cluster c --services nope
ecs describe-services --cluster c --services --no-cli-pager
ecs describe-tasks --cluster c --tasks x
ecs list-services --cluster c stray
cloudfront create-invalidation --distribution-id NOPE --paths /*
cloudfront create-invalidation --distribution-id NOPE
cloudfront create-invalidation --distribution-id X --paths /a --invalidation-batch x=y
cloudfront get-invalidation --distribution-id NOPE --id I
ssm put-parameter --name /a/b --value v --type String
ssm put-parameter --name /a/c --value s3cr3t --type SecureString --description "ünï"
ssm put-parameter --name /a/b --value v --type String
ssm put-parameter --name /a/b --value file://{dir}/value.txt --type String --overwrite
ssm get-parameter --name /a/b --query Parameter.Value --output text
ssm get-parameter --name /a/c --query Parameter.Value
ssm get-parameter --name /a/c --with-decryption --query Parameter.Value
ssm get-parameter --name /a/b
ssm get-parameter --name /nope
ssm get-parameters --names /a/b /a/c /nope --output text
ssm get-parameters --names /a/b /a/c /nope --with-decryption --output yaml
ssm get-parameters-by-path --path /a --recursive --query "Parameters[].[Name,Value]" --output text
ssm get-parameters-by-path --path /a --output table
ssm get-parameters-by-path --path /a --max-items 1
secretsmanager get-secret-value --secret-id nope
autoscaling describe-auto-scaling-groups
autoscaling describe-auto-scaling-groups --output text
autoscaling start-instance-refresh --preferences {}
autoscaling start-instance-refresh --auto-scaling-group-name g --preferences MinHealthyPercentage=x
autoscaling start-instance-refresh --auto-scaling-group-name g --preferences a
ec2 describe-launch-templates
ec2 describe-launch-templates --launch-template-names nope
ec2 create-launch-template-version --launch-template-name nope --source-version 1 --launch-template-data ImageId=ami-1
ec2 create-launch-template-version --launch-template-name nope
ec2 create-launch-template-version --launch-template-name nope --launch-template-data '{"InstanceMarketOptions":{"SpotOptions":{"ValidUntil":"tomorrow"}}}'
ec2 create-launch-template-version --launch-template-name nope --launch-template-data '{"InstanceMarketOptions":{"SpotOptions":{"ValidUntil":"Jan 1, 2030"}}}'
codebuild batch-get-builds --ids x:1
codebuild start-build --project-name nope
codebuild start-build --project-name nope --environment-variables-override name=A,value=b,type=PLAINTEXT name=C,value=d
deploy get-deployment --deployment-id d-X
deploy create-deployment
deploy get-application --application-name nope
--region eu-west-1 ecs list-services
ecs --output text list-services --cluster c
ecs list-services --cluster
ecs list-services --endpoint-url nonsense
ecs list-services --max-items many
ecs
""".strip().splitlines()

MADE_UP = [(r'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', '<uuid>'),
           (r'\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)?', '<time>'),
           (r'__main__\.py: error', 'aws: error'),
           (r'ecs-svc/\d+', 'ecs-svc/<n>'), (r'cli-\d+-\d+', '<reference>')]


def free_port():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


class Server:
    def __init__(self, program):
        self.port = free_port()
        self.url = f'http://127.0.0.1:{self.port}'
        self.process = subprocess.Popen([program, '-H', '127.0.0.1', '-p', str(self.port)], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, env={**os.environ, 'MOTO_ECS_SERVICE_RUNNING': '1',
                                             'PYTHONHASHSEED': '0'})
        for _ in range(600):
            try:
                urllib.request.urlopen(self.url + '/moto-api/', timeout=5).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f'{program} ended with {self.process.returncode}')
                time.sleep(0.05)
        sys.exit(f'{program} does not answer')

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Side:
    def __init__(self, program, server, folder):
        self.program, self.server, self.kept = program, server, {'dir': folder}
        home = tempfile.mkdtemp(dir=folder)
        self.env = {'PATH': os.environ['PATH'], 'HOME': home, 'AWS_ACCESS_KEY_ID': 'AKIAEXAMPLE', 'LANG': 'C.UTF-8',
                    'AWS_SECRET_ACCESS_KEY': 'secret', 'AWS_EC2_METADATA_DISABLED': 'true', 'AWS_REGION': 'us-east-1',
                    'AWS_DEFAULT_REGION': 'us-east-1', 'AWS_PAGER': ''}

    def run(self, line, name):
        for kept, value in self.kept.items():
            line = line.replace('{' + kept + '}', value)
        words = shlex.split(line)
        if not any(word.startswith('--endpoint-url') for word in words):
            words += ['--endpoint-url', self.server.url]
        result = subprocess.run([self.program] + words, env=self.env, capture_output=True, timeout=120)
        out, err = result.stdout.decode(), result.stderr.decode()
        if name:
            self.kept[name] = out.strip()
        for text, instead in MADE_UP + [(re.escape(self.server.url), '<endpoint>')]:
            out, err = re.sub(text, instead, out), re.sub(text, instead, err)
        return out, err, result.returncode


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ours', required=True)
    parser.add_argument('--reference', required=True)
    parser.add_argument('--server', default='moto_server')
    parser.add_argument('--only', default='')
    parser.add_argument('-v', action='store_true')
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix='aws-equality-')
    os.symlink(os.path.abspath(options.ours), os.path.join(folder, 'aws'))
    with open(os.path.join(folder, 'td.json'), 'w') as file:
        file.write(DEFINITION)
    with open(os.path.join(folder, 'td.yaml'), 'w') as file:
        file.write('family: yam\ncontainerDefinitions:\n- name: a\n  image: b\n  memory: 128\n')
    with open(os.path.join(folder, 'value.txt'), 'w') as file:
        file.write('two\nlines')
    servers = [Server(options.server), Server(options.server)]
    different = 0
    try:
        both = concurrent.futures.ThreadPoolExecutor(2)
        sides = [Side(options.reference, servers[0], folder), Side(os.path.join(folder, 'aws'), servers[1], folder)]
        for row in COMMANDS:
            name, line = row.split('=', 1) if re.match(r'[A-Z]+=', row) else ('', row)
            if options.only not in row:
                continue
            want, got = both.map(lambda side: side.run(line, name), sides)
            same = want == got
            different += not same
            if not same or options.v:
                print(('same: ' if same else 'DIFFERENT: ') + row)
            if not same:
                for part, a, b in zip(('stdout', 'stderr', 'exit'), want, got):
                    if a != b:
                        print(f'  {part}: the CLI {a!r}\n  {part}: ours    {b!r}')
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder)
    print(f'{len(COMMANDS) - different} of {len(COMMANDS)} the same')
    return 1 if different else 0


if __name__ == '__main__':
    sys.exit(main())
