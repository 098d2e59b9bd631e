#include "steps/aws_cli/script_commands.hpp"

#include <doctest/doctest.h>

using namespace runner;
using namespace runner::aws;

TEST_CASE("aws script: what command lines would do, from their words alone") {
  const Environment env = {
      {"BUCKET", "site"}, {"DIST", "E1"}, {"LATER", "${{ steps.a.outputs.b }}"}, {"TWO", "a b"}};
  struct Case {
    const char* why;
    const char* script;
    std::vector<std::string> want;
  };
  for (const auto& c : {
           Case{"words, quotes, variables of the step",
                "aws s3 sync dist/ \"s3://$BUCKET/${DIST}\" --delete --quiet",
                {"sync dist/ to s3://site/E1, deleting what is not there"}},
           Case{"several lines, line ends escaped, comments",
                "set -e\n# aws s3 rm s3://x\naws s3 cp a \\\n  s3://b/a # or not\naws s3 rm --recursive "
                "s3://b/old\n",
                {"copy a to s3://b/a", "delete s3://b/old, recursively"}},
           Case{"global options in front, values after =",
                "aws --region=eu-west-1 cloudfront create-invalidation --distribution-id=$DIST --paths '/*' "
                "/a",
                {"invalidate /* /a of distribution E1"}},
           Case{"reading changes nothing",
                "aws sts get-caller-identity\naws ecs wait services-stable --services a\n"
                "aws ecr get-login-password | docker login --username AWS --password-stdin r\naws "
                "--version\naws s3 ls",
                {}},
           Case{"a dry run changes nothing", "aws s3 sync --dryrun a s3://b", {}},
           Case{"redirections and pipes say nothing",
                "aws ecs update-service --cluster c --service s --force-new-deployment > /dev/null 2>&1\n"
                "aws s3 rm s3://b/k | cat",
                {"update service s of cluster c, new deployment", "delete s3://b/k"}},
           Case{"a variable of the script",
                "D=build\nexport P=s3://x\naws s3 sync $D \"$P\"",
                {"sync build to s3://x"}},
           Case{"a command's own variable",
                "BUCKET=other true\naws s3 rb s3://$BUCKET",
                {"remove bucket s3://site"}},
           Case{"only the run knows: an output, what nobody set, what a command says",
                "aws s3 rb s3://$LATER\naws s3 rb s3://$NOBODY\nB=$(cat name)\naws s3 rb \"$B\"",
                {"remove bucket s3://$LATER; only the run knows s3://$LATER",
                 "remove bucket s3://$NOBODY; only the run knows s3://$NOBODY",
                 "remove bucket \"$B\"; only the run knows \"$B\""}},
           Case{"an expression that only the run knows",
                "aws s3 rb s3://${{ steps.x.outputs.y }}",
                {"remove bucket s3://${{ steps.x.outputs.y }}; only the run knows s3://${{ steps.x.outputs.y "
                 "}}"}},
           Case{"what the shell would split or match",
                "aws s3 rb $TWO\naws s3 rm s3://b/*",
                {"remove bucket $TWO; only the run knows $TWO",
                 "delete s3://b/*; only the run knows s3://b/*"}},
           Case{"inside a substitution",
                "ARN=$(aws ecs register-task-definition --family web --query x --output text)\n"
                "aws ecs update-service --service s --task-definition $ARN",
                {"register a revision of task definition web",
                 "update service s of cluster default to task definition $ARN; only the run knows $ARN"}},
           Case{"conditions and loops",
                "if [ -d x ]; then\n  aws s3 rb s3://a\nfi\nfor b in x y; do aws s3 rb s3://$b; done\naws s3 "
                "rb s3://c",
                {"remove bucket s3://a, under a condition",
                 "remove bucket s3://$b, in a loop; only the run knows s3://$b", "remove bucket s3://c"}},
           Case{"&& and ||",
                "[ -f a ] && aws s3 rb s3://a\nnpm run build && aws s3 rb s3://b || aws s3 mb s3://c",
                {"remove bucket s3://a, under a condition", "remove bucket s3://b",
                 "make bucket s3://c, only if the command before it fails"}},
           Case{"functions and subshells",
                "f() {\n aws s3 rb s3://a\n}\n(cd x && aws s3 rb s3://b)\naws s3 rb s3://c",
                {"remove bucket s3://a, in a function", "remove bucket s3://b", "remove bucket s3://c"}},
           Case{"case",
                "case $X in\n a) aws s3 rb s3://a ;;\n *) true ;;\nesac\naws s3 rb s3://b",
                {"remove bucket s3://a, under a condition", "remove bucket s3://b"}},
           Case{"a variable set under a condition is not known",
                "if x; then BUCKET=y; fi\naws s3 rb s3://$BUCKET",
                {"remove bucket s3://$BUCKET; only the run knows s3://$BUCKET"}},
           Case{"here-documents are no commands",
                "cat > f <<EOF\naws s3 rb s3://a\nEOF\naws s3 rb s3://b",
                {"remove bucket s3://b"}},
           Case{"nothing after exit", "aws s3 rb s3://a\nexit 0\naws s3 rb s3://b", {"remove bucket s3://a"}},
           Case{"another program starts it",
                "find . | xargs aws s3 rm s3://a/k",
                {"delete s3://a/k, started by xargs"}},
           Case{"only mentioned", "echo aws s3 rb s3://a\nwhich aws\nnpm i aws", {}},
           Case{"what is not built in",
                "aws lambda update-function-code --function-name f",
                {"aws lambda update-function-code"}},
           Case{"source may set anything",
                "source ./env\naws s3 rb s3://$BUCKET",
                {"remove bucket s3://$BUCKET; only the run knows s3://$BUCKET"}},
           Case{"broken quotes end somewhere", "aws s3 rb 's3://a", {"remove bucket s3://a"}},
       }) {
    SUBCASE(c.why) { CHECK(aws_effects(c.script, env) == c.want); }
  }
}

TEST_CASE("aws script: where a command runs") {
  const auto directory = [](const char* script) { return aws_commands(script, {}).back().directory; };
  CHECK(directory("aws s3 ls") == "");
  CHECK(directory("cd web/x\ncd ..\naws s3 ls") == "web/");
  CHECK(directory("cd \"$X\"\naws s3 ls") == std::nullopt);
  CHECK(directory("(cd x)\naws s3 ls") == std::nullopt);  // rather not known than wrong
}
