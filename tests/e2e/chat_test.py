"""chat_test.py RUNNER -- runs workflows with the six chat actions against stand-ins for Discord and Slack that check
every message against the documented schemas and answer 429 once each. Needs neither root nor a network.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.error
import urllib.request

FOLDER = tempfile.TemporaryDirectory(prefix="chat-test-")
os.environ["LAB"] = FOLDER.name
os.environ["HOME"] = FOLDER.name  # nothing is written to the user's own
for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
    os.environ.pop(name, None)
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import chat_receiver  # noqa: E402
from common import LAB, ProcessWatch, Runner, files_with, write_env  # noqa: E402

BINARY = str(pathlib.Path(sys.argv.pop(1)).resolve()) if len(sys.argv) > 1 else "runner"
TOKEN = "0c5b7f5d9a2e4c1b8f3a"
WORKFLOW = """
on: push
jobs:
  tell:
    runs-on: ubuntu-latest
    steps:
      - run: echo 'all is well' >report.txt
%s"""

ALL = """
      - uses: tsickert/discord-webhook@v7.0.0
        with:
          webhook-url: ${{ secrets.DISCORD }}
          content: ${{ vars.LONG }}
          embed-title: Deployed
          embed-color: 65280
      - uses: tsickert/discord-webhook@v6.0.0
        with: {webhook-url: '${{ secrets.DISCORD }}', content: with a file, filename: report.txt}
      - uses: sarisia/actions-status-discord@v1
        with:
          webhook: ${{ secrets.DISCORD }}
          description: ${{ vars.LONG }}${{ vars.LONG }}${{ vars.LONG }}
          nofail: false
      - uses: Ilshidur/action-discord@0.3.2
        env: {DISCORD_WEBHOOK: '${{ secrets.DISCORD }}'}
        with: {args: 'To {{ EVENT_PAYLOAD.ref }} by {{ GITHUB_ACTOR }} ${{ vars.LONG }}'}
      - uses: Ilshidur/action-discord@master
        env: {DISCORD_WEBHOOK: '${{ secrets.DISCORD }}'}
      - uses: 8398a7/action-slack@v3
        env: {SLACK_WEBHOOK_URL: '${{ secrets.SLACK }}'}
        with: {status: '${{ job.status }}', fields: all, mention: here, if_mention: always}
      - uses: 8398a7/action-slack@v3
        env: {SLACK_WEBHOOK_URL: '${{ secrets.SLACK }}'}
        with:
          status: custom
          fields: workflow,repo
          custom_payload: |
            { attachments: [{
              color: '${{ job.status }}' === 'success' ? 'good' : 'danger',
              text: `${process.env.AS_WORKFLOW} of ${process.env.AS_REPO}`, }] }
      - uses: slackapi/slack-github-action@v2
        id: hook
        with:
          webhook: ${{ secrets.SLACK }}
          webhook-type: incoming-webhook
          errors: true
          payload: |
            text: fallback
            blocks:
              - type: section
                text: {type: mrkdwn, text: "${{ vars.LONG }}${{ vars.LONG }}"}
      - uses: slackapi/slack-github-action@v3
        with:
          webhook: ${{ secrets.TRIGGER }}
          webhook-type: webhook-trigger
          errors: true
          payload-delimiter: _
          payload: '{"run": {"number": 7}, "done": true}'
      - uses: slackapi/slack-github-action@v2.1.0
        id: call
        with:
          method: chat.postMessage
          token: ${{ secrets.TOKEN }}
          api: ${{ vars.API }}
          errors: true
          payload: |
            channel: C123
            text: "on ${{ github.ref_name }}"
            unfurl_links: false
      - run: test "${{ steps.call.outputs.ts }} ${{ steps.hook.outputs.ok }}" = "1700000000.000100 true"
      - uses: slackapi/slack-github-action@v1.27
        env: {SLACK_WEBHOOK_URL: '${{ secrets.TRIGGER }}'}
        with: {payload: '{"a": {"b": 1}}'}
      - uses: rtCamp/action-slack-notify@v2
        env:
          SLACK_WEBHOOK: ${{ secrets.SLACK }}
          SLACK_COLOR: ${{ job.status }}
          SLACK_MESSAGE: Deployed
          MSG_MINIMAL: ref,commit
          SLACK_FOOTER: ${{ vars.LONG }}
"""


def step(action, environment="{}", **inputs):
    return WORKFLOW % f"      - uses: {action}\n        env: {environment}\n        with: {json.dumps(inputs)}\n"


def post(address, body, **headers):
    headers = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    request = urllib.request.Request(address, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class Chat(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=LAB))
        self.start(busy=False)

    def start(self, busy):
        self.out = self.folder / "messages.jsonl"
        server = chat_receiver.serve(0, self.out, TOKEN, busy)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.base = f"http://127.0.0.1:{server.server_port}"
        self.secrets = {"DISCORD": f"{self.base}/api/webhooks/1/{TOKEN}", "SLACK": f"{self.base}/services/T1/B1/{TOKEN}",
                        "TRIGGER": f"{self.base}/triggers/T1/1/{TOKEN}", "TOKEN": TOKEN}

    def run_workflow(self, text, status, *options, command="run"):
        repo = self.folder / "repo"
        (repo / ".github/workflows").mkdir(parents=True, exist_ok=True)
        (repo / ".github/workflows/chat.yml").write_text(text)
        if (repo / ".git").exists():
            shutil.rmtree(repo / ".git")
        for words in (["init", "-q", "-b", "main"], ["config", "user.name", "Ada Example"],
                      ["config", "user.email", "ada@example.org"], ["add", "-A"], ["commit", "-qm", "Tell & ask <all>"]):
            subprocess.run(["git", "-C", repo, *words], check=True)
        secrets = write_env(self.folder / "secrets", self.secrets)
        variables = write_env(self.folder / "vars", {"LONG": "long " * 450, "API": f"{self.base}/api/"})
        words = (command, "chat.yml", "-C", repo, "--secret-file", secrets, "--var-file", variables, *options)
        runner = Runner.__new__(Runner)
        runner.binary = BINARY
        done = runner.command(*words)
        self.assertEqual(done.returncode, status, done.text)
        self.assertNotIn(TOKEN, done.text)
        return done

    def messages(self):
        return [json.loads(line) for line in self.out.read_text().splitlines()] if self.out.exists() else []

    # --- the stand-ins are as strict as the documentation ------------------------------------------------------------------

    def test_discord_refuses_what_it_refuses(self):
        embed = {"title": "t"}
        for why, body, code in (
                ("content over 2000", {"content": "x" * 2001}, 50035),
                ("nothing to show", {"username": "deploy"}, 50006),
                ("description over 4096", {"embeds": [{"description": "x" * 4097}]}, 50035),
                ("26 fields", {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}, 50035),
                ("a field without a value", {"embeds": [{"fields": [{"name": "n", "value": ""}]}]}, 50035),
                ("a footer over 2048", {"embeds": [{"footer": {"text": "x" * 2049}}]}, 50035),
                ("6001 characters in all", {"embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]}, 50035),
                ("no such colour", {"embeds": [{**embed, "color": 0x1000000}]}, 50035),
                ("an unknown member", {"content": "x", "colour": 1}, 50035)):
            with self.subTest(why):
                status, answer = post(self.secrets["DISCORD"], body)
                self.assertEqual((status, json.loads(answer)["code"]), (400, code))
        self.assertEqual(post(self.secrets["DISCORD"], {"content": "x" * 2000})[0], 204)
        self.assertEqual(len(self.messages()), 1)

    def test_slack_refuses_what_it_refuses(self):
        section = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
        for why, body, word in (
                ("nothing to show", {"username": "x"}, "no_text"),
                ("text over 40000", {"text": "x" * 40001}, "invalid_payload"),
                ("51 blocks", {"blocks": [section] * 51}, "invalid_payload"),
                ("section over 3000", {"blocks": [{**section, "text": {"type": "mrkdwn", "text": "x" * 3001}}]},
                 "invalid_payload"),
                ("header over 150", {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]},
                 "invalid_payload"),
                ("header in mrkdwn", {"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]},
                 "invalid_payload"),
                ("101 attachments", {"attachments": [{"text": "x"}] * 101}, "invalid_payload"),
                ("an unknown block", {"blocks": [{"type": "chapter"}]}, "invalid_payload"),
                ("an unknown member", {"text": "x", "colour": 1}, "invalid_payload")):
            with self.subTest(why):
                self.assertEqual(post(self.secrets["SLACK"], body), (400, word))
        status, answer = post(self.secrets["TRIGGER"], {"a": 1})
        self.assertEqual((status, json.loads(answer)["error"]), (400, "parameter_validation_failed"))
        for body, headers, word in (
                ({"channel": "C", "text": "x"}, {}, "invalid_auth"),
                ({"text": "x"}, {"Authorization": f"Bearer {TOKEN}"}, "invalid_arguments"),
                ({"channel": "C"}, {"Authorization": f"Bearer {TOKEN}"}, "no_text")):
            status, answer = post(f"{self.base}/api/chat.postMessage", body, **headers)
            self.assertEqual((status, json.loads(answer)["error"]), (200, word))
        self.assertEqual(self.messages(), [])

    # --- all of them ---------------------------------------------------------------------------------------------------------

    def test_every_action_is_heard_though_the_service_was_busy(self):
        self.start(busy=True)
        with ProcessWatch([TOKEN]) as watch:
            done = self.run_workflow(WORKFLOW % ALL, 0)
        self.assertEqual(watch.found, set())
        self.assertEqual(done.text.count("HTTP 429"), 12)
        found = self.messages()
        self.assertEqual(len(found), 12)
        self.check_discord(found[:5], done.text)
        self.check_slack(found[5:], done.text)
        leaks = [name for name in files_with([TOKEN], self.folder) if "/secrets" not in name]
        self.assertEqual(leaks, [])

    def check_discord(self, found, log):
        long = "long " * 450
        self.assertEqual(found[0]["content"], long[:2000])
        self.assertEqual(found[0]["embeds"], [{"title": "Deployed", "color": 65280}])
        self.assertIn("content is cut at 2000 of its 2249 characters", log)
        self.assertEqual(found[1], {"content": "with a file", "files": [{"filename": "report.txt", "size": 12}]})
        embed = found[2]["embeds"][0]
        self.assertEqual((embed["title"], embed["color"]), ("Success: .github/workflows/chat.yml", 0x28A745))
        self.assertEqual(len(embed["description"]), 4096)
        self.assertTrue(embed["description"].endswith("..."))
        self.assertIn("Tell & ask <all>", embed["fields"][2]["value"])
        self.assertEqual(len(found[3]["content"]), 2000)
        self.assertTrue(found[3]["content"].startswith("To refs/heads/main by "), found[3])
        self.assertEqual((found[4]["event"], found[4]["payload"]["ref"]), ("push", "refs/heads/main"))

    def check_slack(self, found, log):
        kinds = [message["slack"] for message in found]
        self.assertEqual(kinds, ["webhook"] * 3 + ["trigger", "chat.postMessage", "trigger", "webhook"])
        told, custom, hook, trigger, call, first, notify = (message["message"] for message in found)
        self.assertEqual(told["text"], "<!here> :white_check_mark: Succeeded GitHub Actions\n")
        titles = {field["title"]: field["value"] for field in told["attachments"][0]["fields"]}
        self.assertEqual(len(titles), 11)
        self.assertIn("|Tell &amp; ask &lt;all&gt;>", titles["message"])
        self.assertEqual(titles["author"], "Ada Example<ada@example.org>")
        self.assertEqual(custom["attachments"][0]["color"], "good")
        self.assertRegex(custom["attachments"][0]["text"], r"^<https://\S+> of <https://\S+>$")
        self.assertEqual(len(hook["blocks"][0]["text"]["text"]), 3000)
        self.assertIn("blocks[0].text is cut at 3000", log)
        self.assertEqual(trigger, {"run_number": "7", "done": "true"})
        self.assertEqual(call, {"channel": "C123", "text": "on main", "unfurl_links": False})
        self.assertEqual(first, {"a.b": "1"})
        attachment = notify["attachments"][0]
        self.assertEqual([field["title"] for field in attachment["fields"]], ["Commit", "Ref", "Message"])
        self.assertEqual((attachment["color"], len(attachment["footer"])), ("good", 300))

    def test_an_author_alone_makes_no_embed(self):
        inputs = {"webhook-url": "${{ secrets.DISCORD }}", "content": "x", "embed-author-name": "Ada"}
        done = self.run_workflow(step("tsickert/discord-webhook@v7", **inputs), 0)
        self.assertIn("embed-author-name alone makes no embed: give embed-title", done.text)
        self.assertEqual(self.messages(), [{"content": "x"}])

    # --- it fails ------------------------------------------------------------------------------------------------------------

    def test_a_wrong_webhook_fails_and_says_why(self):
        wrong = {name: value[:-1] + "x" for name, value in self.secrets.items()}
        self.secrets = wrong
        for action, environment, inputs, told in (
                ("tsickert/discord-webhook@v7.0.0", "{}", {"webhook-url": "${{ secrets.DISCORD }}", "content": "x"},
                 "Discord answered 401: Invalid Webhook Token"),
                ("sarisia/actions-status-discord@v1", "{}", {"webhook": "${{ secrets.DISCORD }}", "nofail": "false"},
                 "Discord answered 401: Invalid Webhook Token"),
                ("Ilshidur/action-discord@master", "{DISCORD_WEBHOOK: '${{ secrets.DISCORD }}'}", {"args": "x"},
                 "Discord answered 401: Invalid Webhook Token"),
                ("8398a7/action-slack@v3", "{SLACK_WEBHOOK_URL: '${{ secrets.SLACK }}'}", {"status": "success"},
                 "Slack answered 404: no_service"),
                ("slackapi/slack-github-action@v2", "{}", {"method": "chat.postMessage", "token": "${{ secrets.TOKEN }}",
                                                           "api": f"{self.base}/api", "errors": "true",
                                                           "payload": "{channel: C, text: x}"},
                 "Slack refused chat.postMessage: invalid_auth"),
                ("rtCamp/action-slack-notify@v2", "{SLACK_WEBHOOK: '${{ secrets.SLACK }}'}", {},
                 "Slack answered 404: no_service")):
            with self.subTest(action):
                done = self.run_workflow(step(action, environment, **inputs), 1)
                self.assertIn(told, done.text)
                self.assertNotIn(TOKEN[:-1], done.text)
        self.assertEqual(self.messages(), [])

    def test_errors_that_the_actions_forgive(self):
        self.secrets["DISCORD"] += "x"
        self.run_workflow(step("sarisia/actions-status-discord@v1", webhook="${{ secrets.DISCORD }}"), 0)
        done = self.run_workflow(step("slackapi/slack-github-action@v2", method="chat.postMessage", token="no",
                                      api=f"{self.base}/api/", payload="{channel: C, text: x}"), 0)
        self.assertIn("invalid_auth", done.text)
        self.assertEqual(self.messages(), [])

    def test_what_is_known_to_be_wrong_is_told_before_the_run(self):
        for action, inputs, told in (
                ("tsickert/discord-webhook@v7.0.0", {"webhook-url": "chat", "content": "x"}, "https://"),
                ("tsickert/discord-webhook@v7.0.0", {"webhook-url": self.base, "embed-color": "#00ff00"}, "65280"),
                ("sarisia/actions-status-discord@v1", {"status": "sucess"}, 'did you mean "success"'),
                ("8398a7/action-slack@v3", {"status": "custom", "custom_payload": "JSON.parse('{}')"}, "without a JavaScript engine"),
                ("slackapi/slack-github-action@v2", {"webhook": self.base, "webhook-type": "incoming"},
                 "incoming-webhook")):
            with self.subTest(action):
                done = self.run_workflow(step(action, **inputs), 2)
                self.assertIn(told, done.stderr)
        self.assertEqual(self.messages(), [])

    def test_a_plan_tells_what_would_be_posted(self):
        done = self.run_workflow(WORKFLOW % ALL, 0, command="plan")
        for line in ("post to Discord webhook", "with the file report.txt", "post the event to Discord webhook",
                     "post to Slack webhook", "start a Slack workflow by its webhook",
                     "call Slack's chat.postMessage (7 characters)"):
            self.assertIn(line, done.text)
        self.assertEqual(self.messages(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
