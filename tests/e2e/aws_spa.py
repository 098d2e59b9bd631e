"""workflows/aws-spa-autoscaling, deployed for real; the tests build on one another, in the order of their names."""
import base64
import io
import tarfile

import auto_scaling_server
import aws_world
from auto_scaling_server import AutoScaling
from aws_case import AwsCase
from common import LAB, shell

SITE, RELEASES = "spa-site", "spa-releases"
YEAR, NEVER = "max-age=31536000", "no-cache, no-store, must-revalidate"


class SpaAutoscaling(AwsCase):
    folder, account = "aws-spa-autoscaling", aws_world.PRD

    def state(self):
        return (aws_world.objects(self.account, SITE), aws_world.objects(self.account, RELEASES),
                sorted(aws_world.template_versions(self.account, "api")), aws_world.refreshes(self.account, "api"),
                aws_world.invalidations(self.account, self.vars["CLOUDFRONT_DISTRIBUTION_ID"]))

    def assert_site(self):
        out = LAB / "expected-spa"
        shell(f"cd {self.repo.path} && site/build dist && rm -rf {out} && mv dist {out}")
        script = next((out / "static").iterdir())
        listed = aws_world.objects(self.account, SITE)
        self.assertEqual(sorted(listed), sorted(["index.html", "manifest.json", f"static/{script.name}"]))
        self.assert_object(SITE, "index.html", out / "index.html", "text/html; charset=utf-8", NEVER)
        self.assert_object(SITE, "manifest.json", out / "manifest.json", "application/json", YEAR)
        kind = aws_world.content(self.account, SITE, f"static/{script.name}")[1]
        self.assertIn(kind, ("text/javascript", "application/javascript"))
        self.assert_object(SITE, f"static/{script.name}", script, kind, YEAR)
        self.assertIn(script.name, (out / "index.html").read_text())

    def assert_release(self, number):
        """The newest template starts instances that fetch this commit's release, and is else as the first one."""
        key = f"api/{self.repo.sha()}.tar.gz"
        data = aws_world.content(self.account, RELEASES, key)[0]
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            start = archive.extractfile("./start").read()
        self.assertEqual(start, (self.repo.path / "api/start").read_bytes())
        versions = aws_world.template_versions(self.account, "api")
        self.assertEqual(max(versions), number)
        made = versions[number]
        self.assertEqual(made["VersionDescription"], self.repo.sha())
        self.assertEqual(made["LaunchTemplateData"]["ImageId"], "ami-0123456789abcdef0")
        boot = base64.b64decode(made["LaunchTemplateData"]["UserData"]).decode()
        self.assertEqual(boot, (self.repo.path / "api/first-boot.sh").read_text()
                         .replace("@RELEASE@", f"s3://{RELEASES}/{key}"))

    # --- tests -----------------------------------------------------------------------------------------------------------

    def test_01_a_plan_changes_nothing(self):
        before = self.state()
        for options in ((), ("--targets",)):
            with self.subTest(options):
                self.check(self.runner.run("deploy.yml", *options, command="plan"), 0)
                self.assertEqual(self.state(), before)

    def test_02_first_deploy(self):
        done = self.deploy(0)
        self.assertIn("Successful", done.text)
        self.assert_site()
        self.assert_release(2)
        self.assertEqual([each["Status"] for each in aws_world.refreshes(self.account, "api")], ["Successful"])
        self.assertEqual(aws_world.invalidations(self.account, self.vars["CLOUDFRONT_DISTRIBUTION_ID"]),
                         [(["/", "/index.html"], "Completed")])

    def test_03_second_deploy_removes_what_is_gone(self):
        self.repo.commit("site/src/app.js", "document.title = 'Another';\n")
        self.deploy(0)
        self.assert_site()
        self.assert_release(3)
        self.assertEqual(len(aws_world.refreshes(self.account, "api")), 2)

    def test_04_every_end_of_a_refresh_ends_the_deploy(self):
        known = auto_scaling_server.MOVING | auto_scaling_server.GOOD | auto_scaling_server.BAD
        self.assertLessEqual(set(auto_scaling_server.STATES), known)  # the model has no state that is not tried here
        site = aws_world.objects(self.account, SITE)
        for states, status in ((["Pending", "InProgress", "Baking", "Successful"], 0), (["InProgress", "Failed"], 1),
                               (["Cancelling", "Cancelled"], 1), (["RollbackInProgress", "RollbackSuccessful"], 1),
                               (["RollbackInProgress", "RollbackFailed"], 1), (["Unheard"], 1)):
            with self.subTest(states), AutoScaling(states) as server:
                done = self.deploy(status, "-j", "api", "--env", f"AWS_ENDPOINT_URL_AUTO_SCALING={server.url}")
                for state in states:
                    self.assertIn(state, done.text)
                started = next(each for each in server.asked if each["Action"] == "StartInstanceRefresh")
                self.assertEqual(started["Preferences.AutoRollback"], "true")
                self.assertEqual(started["Preferences.MinHealthyPercentage"], "50")
                newest = str(max(aws_world.template_versions(self.account, "api")))
                self.assertEqual(started["DesiredConfiguration.LaunchTemplate.Version"], newest)
                if status != 0 and states != ["Unheard"]:
                    self.assertIn("the instances did not become healthy", done.text)
                self.assertIn("i-05b4f7d5be44822a6", done.text)  # what is live is said
        self.assertEqual(aws_world.objects(self.account, SITE), site)

    def test_20_no_secret_stays_in_a_file(self):
        self.assert_no_secret_in_files(LAB / "log")
