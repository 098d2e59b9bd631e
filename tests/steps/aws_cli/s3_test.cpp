// `aws s3` in process: what a user sees, and what is on the server afterwards.
#include <sys/stat.h>

#include <doctest/doctest.h>

#include "tests/support/s3_fixture.hpp"

using namespace runner;
using runner::test::large_text;
using runner::test::S3Fault;
using runner::test::S3Fixture;
using runner::test::S3Server;

namespace {

constexpr long long kLongAgo = 1'700'000'000, kFuture = 4'000'000'000;

}  // namespace

TEST_CASE("aws s3 sync: sends what is new, once, with its type, and every request stands the strict server") {
  S3Fixture s3;
  for (const auto* name :
       {"index.html", "a b.txt", "a/x+y.js", "ü dir/é~!.css", "quo'te\"<&>.txt", "per%20cent", "a/..b"})
    s3.write(name, std::string("text of ") + name);
  s3.write("empty", "");
  CHECK(s3.run({"sync", ".", "s3://bucket/p", "--delete"}) == 0);
  CHECK(s3.sorted_out() ==
        "upload: ./a b.txt to s3://bucket/p/a b.txt\n"
        "upload: ./empty to s3://bucket/p/empty\n"
        "upload: ./index.html to s3://bucket/p/index.html\n"
        "upload: ./per%20cent to s3://bucket/p/per%20cent\n"
        "upload: ./quo'te\"<&>.txt to s3://bucket/p/quo'te\"<&>.txt\n"
        "upload: a/..b to s3://bucket/p/a/..b\n"
        "upload: a/x+y.js to s3://bucket/p/a/x+y.js\n"
        "upload: ü dir/é~!.css to s3://bucket/p/ü dir/é~!.css\n");
  CHECK(s3.err == "");
  CHECK(s3.body("p/ü dir/é~!.css") == "text of ü dir/é~!.css");
  CHECK(s3.body("p/empty") == "");
  CHECK(s3.header("p/index.html", "content-type") == "text/html");
  CHECK(s3.header("p/per%20cent", "content-type") == "");
  CHECK(s3.server.refused().empty());
  CHECK(s3.server.count("HeadObject") == 0);
  s3.server.forget();
  CHECK(s3.run({"sync", "./", "s3://bucket/p/", "--delete"}) == 0);
  CHECK(s3.out + s3.err == "");
  CHECK(s3.server.counts() == std::map<std::string, int>{{"ListObjectsV2", 1}});
}

TEST_CASE("aws s3 sync: what counts as changed") {
  struct Case {
    const char* why;
    std::vector<std::string> options;
    const char* text;  // of the file, which is an hour old; the object is "same"
    long long modified;
    bool sent;
  };
  for (const auto& c :
       {Case{"the object is older", {}, "same", kLongAgo, true},
        Case{"the object is younger", {}, "same", kFuture, false},
        Case{"of another size", {}, "other", kFuture, true},
        Case{"the size alone counts", {"--size-only"}, "same", kLongAgo, false},
        Case{"exact times mean nothing for uploads", {"--exact-timestamps"}, "same", kFuture, false},
        Case{"what is there stays", {"--no-overwrite"}, "other", kLongAgo, false}}) {
    SUBCASE(c.why) {
      S3Fixture s3;
      s3.write("f", c.text);
      s3.server.put("bucket", "f", "same", c.modified);
      auto args = std::vector<std::string>{"sync", ".", "s3://bucket"};
      args.insert(args.end(), c.options.begin(), c.options.end());
      CHECK(s3.run(args) == 0);
      CHECK(s3.out == (c.sent ? "upload: ./f to s3://bucket/f\n" : ""));
      CHECK(s3.body("f") == (c.sent ? c.text : "same"));
    }
  }
}

TEST_CASE("aws s3 sync: a download gives files the object's time, so that a second one is quiet") {
  S3Fixture s3;
  s3.server.put("bucket", "a/b", "one", kLongAgo);
  s3.server.put("bucket", "folder/", "", kLongAgo);
  s3.server.put("bucket", "../up", "x", kLongAgo);
  CHECK(s3.run({"sync", "s3://bucket", "to"}) == 2);
  CHECK(s3.out == "download: s3://bucket/a/b to to/a/b\n");
  CHECK(s3.err == "warning: Skipping file ../up. File references a parent directory.\n");
  CHECK(test::read_file(s3.folder.path() / "to/a/b") == "one");
  struct stat info {};
  REQUIRE(::stat((s3.folder.path() / "to/a/b").c_str(), &info) == 0);
  CHECK(info.st_mtim.tv_sec == kLongAgo);
  s3.server.forget();
  CHECK(s3.run({"sync", "s3://bucket", "to"}) == 2);
  CHECK(s3.server.count("GetObject") == 0);
  s3.folder.write("to/mine", "x");
  CHECK(s3.run({"sync", "s3://bucket/a", "to", "--delete", "--exclude", "a/*"}) == 0);
  CHECK(s3.out == "download: s3://bucket/a/b to to/b\ndelete: to/mine\n");
}

TEST_CASE("aws s3 sync: filters choose at both sides, and protect from --delete") {
  struct Case {
    const char* why;
    std::vector<std::string> options;
    const char* want;
  };
  for (const auto& c : {Case{"excluded, then included",
                             {"--exclude", "*", "--include", "*.js"},
                             "upload: sub/b.js to s3://bucket/sub/b.js\n"},
                        Case{"the other order", {"--include", "*.js", "--exclude", "*"}, ""},
                        Case{"what is excluded is not deleted",
                             {"--exclude", "old*", "--delete"},
                             "delete: s3://bucket/gone\nupload: ./a.html to s3://bucket/a.html\nupload: "
                             "sub/b.js to s3://bucket/sub/b.js\n"},
                        Case{"only what is included is deleted",
                             {"--exclude", "*", "--include", "old/*", "--delete"},
                             "delete: s3://bucket/old/1\n"}}) {
    SUBCASE(c.why) {
      S3Fixture s3;
      s3.write("a.html", "1");
      s3.write("sub/b.js", "2");
      s3.server.put("bucket", "old/1", "x", kLongAgo);
      s3.server.put("bucket", "gone", "x", kLongAgo);
      std::vector<std::string> args{"sync", ".", "s3://bucket"};
      args.insert(args.end(), c.options.begin(), c.options.end());
      CHECK(s3.run(args) == 0);
      CHECK(s3.sorted_out() == c.want);
    }
  }
}

TEST_CASE("aws s3 sync: objects go only after all files are there, and not when one failed") {
  S3Fixture s3;
  s3.write("index.html", "new");
  s3.server.put("bucket", "old.js", "x", kLongAgo);
  s3.server.fail({.operation = "PutObject", .kind = S3Fault::Kind::access_denied});
  CHECK(s3.run({"sync", ".", "s3://bucket", "--delete"}) == 1);
  CHECK(s3.err ==
        "upload failed: ./index.html to s3://bucket/index.html An error occurred (AccessDenied) when calling "
        "the "
        "PutObject operation: Access Denied\n"
        "warning: Nothing was deleted (1 would have been), because a transfer failed.\n");
  CHECK(s3.body("old.js") == "x");
  CHECK(s3.run({"sync", ".", "s3://bucket", "--delete"}) == 0);
  CHECK(s3.out == "upload: ./index.html to s3://bucket/index.html\ndelete: s3://bucket/old.js\n");
  const auto requests = s3.server.requests();
  CHECK(requests.back().method == "DELETE");
}

TEST_CASE("aws s3: a dry run sends nothing but listings, and says what would be") {
  S3Fixture s3;
  s3.write("f", "1");
  s3.server.put("bucket", "g", "x", kLongAgo);
  CHECK(s3.run({"sync", ".", "s3://bucket", "--delete", "--dryrun"}) == 0);
  CHECK(s3.out == "(dryrun) upload: ./f to s3://bucket/f\n(dryrun) delete: s3://bucket/g\n");
  CHECK(s3.run({"rm", "s3://bucket/g", "--dryrun"}) == 0);
  CHECK(s3.run({"mv", "f", "s3://bucket", "--dryrun"}) == 0);
  CHECK(s3.out == "(dryrun) move: ./f to s3://bucket/f\n");
  for (const auto& [operation, count] : s3.server.counts()) CHECK(operation == "ListObjectsV2");
  CHECK(s3.run({"sync", "s3://bucket", "nowhere", "--dryrun"}) == 0);
  CHECK_FALSE(std::filesystem::exists(s3.folder.path() / "nowhere"));
}

TEST_CASE("aws s3: what is said and where, by option") {
  struct Case {
    std::vector<std::string> options;
    const char *out, *err;
  };
  const char* failed =
      "upload failed: ./bad to s3://bucket/bad An error occurred (AccessDenied) when calling the PutObject "
      "operation: "
      "Access Denied\n";
  for (const auto& c :
       {Case{{}, "upload: ./good to s3://bucket/good\n", failed}, Case{{"--only-show-errors"}, "", failed},
        Case{{"--quiet"}, "", ""}, Case{{"--no-progress"}, "upload: ./good to s3://bucket/good\n", failed}}) {
    S3Fixture s3;
    s3.write("good", "1");
    s3.write("bad", "1");
    s3.server.fail(
        {.operation = "PutObject", .kind = S3Fault::Kind::access_denied, .times = -1, .key = "bad"});
    std::vector<std::string> args{"cp", ".", "s3://bucket", "--recursive"};
    args.insert(args.end(), c.options.begin(), c.options.end());
    CHECK(s3.run(args) == 1);
    CHECK(s3.out == c.out);
    CHECK(s3.err == c.err);
  }
}

TEST_CASE("aws s3 cp: one file, its new name, its headers") {
  S3Fixture s3;
  s3.write("index.html", "page");
  CHECK(s3.run({"cp", "index.html", "s3://bucket/", "--cache-control", "no-cache", "--content-type",
                "text/plain", "--metadata", "k=v,k2=v2", "--acl", "public-read", "--sse", "--storage-class",
                "STANDARD_IA"}) == 0);
  CHECK(s3.out == "upload: ./index.html to s3://bucket/index.html\n");
  CHECK(s3.header("index.html", "cache-control") == "no-cache");
  CHECK(s3.header("index.html", "content-type") == "text/plain");
  CHECK(s3.header("index.html", "x-amz-meta-k2") == "v2");
  CHECK(s3.header("index.html", "x-amz-acl") == "public-read");
  CHECK(s3.header("index.html", "x-amz-server-side-encryption") == "AES256");
  CHECK(s3.header("index.html", "x-amz-storage-class") == "STANDARD_IA");
  CHECK(s3.run({"cp", "index.html", "s3://bucket/other", "--no-guess-mime-type", "--grants", "read=id=1",
                "full=id=2"}) == 0);
  CHECK(s3.header("other", "content-type") == "");
  CHECK(s3.header("other", "x-amz-grant-full-control") == "id=2");
  CHECK(s3.run({"cp", "s3://bucket/other", "back/"}) == 0);
  CHECK(test::read_file(s3.folder.path() / "back/other") == "page");
  CHECK(s3.run({"cp", "s3://bucket/other", "s3://bucket/deep/"}) == 0);
  CHECK(s3.out == "copy: s3://bucket/other to s3://bucket/deep/other\n");
  CHECK(s3.run({"cp", "s3://bucket/index.html", "s3://bucket/index.html", "--metadata-directive", "REPLACE",
                "--cache-control", "max-age=1"}) == 0);
  CHECK(s3.header("index.html", "cache-control") == "max-age=1");
  CHECK(s3.header("index.html", "x-amz-meta-k2") == "");
  CHECK(s3.run({"cp", "s3://bucket/nope", "x"}) == 1);
  CHECK(s3.err ==
        "fatal error: An error occurred (404) when calling the HeadObject operation: Key \"nope\" does not "
        "exist\n");
  CHECK(s3.server.refused().empty());
}

TEST_CASE("aws s3 cp: a time to expire is an HTTP date, and what is no time is told with each file") {
  S3Fixture s3;
  s3.write("a", "1");
  s3.write("b", "2");
  for (const auto* time : {"2030-01-01T00:00:00Z", "2030-01-01", "1893456000", "Jan 1, 2030"}) {
    CHECK(s3.run({"cp", "a", "s3://bucket/", "--expires", time}) == 0);
    CHECK(s3.header("a", "expires") == "Tue, 01 Jan 2030 00:00:00 GMT");
  }
  CHECK(s3.run({"sync", ".", "s3://bucket/new", "--expires", "tomorrow"}) == 1);
  const std::string why =
      " Parameter validation failed:\nInvalid type for parameter Expires, value: tomorrow, type: <class "
      "'str'>, "
      "valid types: <class 'datetime.datetime'>, timestamp-string\n";
  for (const std::string file : {"a", "b"})
    CHECK(s3.err.find("upload failed: ./" + file + " to s3://bucket/new/" + file + why) != std::string::npos);
  CHECK(s3.run({"cp", "s3://bucket/a", "back", "--expires", "tomorrow"}) == 0);
  CHECK(s3.server.refused().empty());
}

TEST_CASE("aws s3 cp: streams") {
  S3Fixture s3;
  const auto text = large_text(20 << 20);
  s3.input = text;
  CHECK(s3.run({"cp", "-", "s3://bucket/stream"}) == 0);
  CHECK(s3.out == "");
  CHECK((s3.body("stream") == text));
  CHECK(s3.server.count("UploadPart") == 3);
  s3.server.fail({.operation = "GetObject", .kind = S3Fault::Kind::cut_half});
  CHECK(s3.run({"cp", "s3://bucket/stream", "-"}) == 0);
  CHECK((s3.out == text));  // whole and once, though the first connection broke in the middle
  s3.input = "small";
  CHECK(s3.run({"cp", "-", "s3://bucket/small"}) == 0);
  CHECK(s3.body("small") == "small");
}

TEST_CASE("aws s3: large files go in parts, up and down") {
  S3Fixture s3;
  const auto text = large_text((17 << 20) + 5);
  s3.write("large.bin", text);
  CHECK(s3.run({"cp", "large.bin", "s3://bucket/l", "--cache-control", "no-store"}) == 0);
  CHECK((s3.body("l") == text));
  CHECK(s3.header("l", "cache-control") == "no-store");
  CHECK(s3.server.object("bucket", "l")->etag.ends_with("-3\""));
  CHECK(s3.server.count("UploadPart") == 3);
  CHECK(s3.server.refused().empty());
  s3.server.fail({.operation = "GetObject", .kind = S3Fault::Kind::cut_half, .times = 2});
  CHECK(s3.run({"cp", "s3://bucket/l", "back"}) == 0);
  CHECK((test::read_file(s3.folder.path() / "back") == text));
  CHECK(s3.server.count("GetObject") == 5);
}

TEST_CASE("aws s3 rm: one, all below, by a thousand, and where a server knows single removals only") {
  for (const bool batches : {true, false}) {
    CAPTURE(batches);
    S3Server::Options options;
    options.has_batch_delete = batches;
    S3Fixture s3(options);
    const std::string odd = "d/a&b<c>\"\r\n.txt";
    for (int file = 0; file < 1500; ++file)
      s3.server.put("bucket", "d/" + std::to_string(file), "x", kLongAgo);
    s3.server.put("bucket", odd, "x", kLongAgo);
    s3.server.put("bucket", "d/folder/", "", kLongAgo);
    s3.server.put("bucket", "dx", "x", kLongAgo);
    CHECK(s3.run({"rm", "s3://bucket/d", "--recursive", "--exclude", "12*"}) == 0);
    CHECK(s3.out.find("delete: s3://bucket/d/folder/\n") != std::string::npos);
    CHECK(s3.server.keys("bucket").size() == 112);  // dx, d/12, d/12x, d/12xx
    CHECK(s3.server.object("bucket", odd) == std::nullopt);
    CHECK(s3.server.count("DeleteObjects") == 2);
    CHECK(s3.server.count("DeleteObject") == (batches ? 0 : 1391));
    CHECK(s3.run({"rm", "s3://bucket/dx"}) == 0);
    CHECK(s3.out == "delete: s3://bucket/dx\n");
    CHECK(s3.server.refused().empty());
  }
}

TEST_CASE("aws s3 rm: keys that cannot be removed are named") {
  S3Fixture s3;
  s3.server.put("bucket", "d/undeletable", "x", kLongAgo);
  s3.server.put("bucket", "d/a", "x", kLongAgo);
  CHECK(s3.run({"rm", "s3://bucket/d/", "--recursive"}) == 1);
  CHECK(s3.out == "delete: s3://bucket/d/a\n");
  CHECK(s3.err ==
        "delete failed: s3://bucket/d/undeletable An error occurred (AccessDenied) when calling the "
        "DeleteObject "
        "operation: Access Denied\n");
}

TEST_CASE("aws s3 mv: the source goes when the target is there, and only then") {
  S3Fixture s3;
  s3.write("a", "1");
  s3.write("b", "2");
  s3.server.fail({.operation = "PutObject", .kind = S3Fault::Kind::access_denied, .times = -1, .key = "b"});
  CHECK(s3.run({"mv", ".", "s3://bucket/p", "--recursive"}) == 1);
  CHECK(s3.out == "move: ./a to s3://bucket/p/a\n");
  CHECK(s3.err.starts_with("move failed: ./b to s3://bucket/p/b "));
  CHECK_FALSE(std::filesystem::exists(s3.folder.path() / "a"));
  CHECK(std::filesystem::exists(s3.folder.path() / "b"));
  CHECK(s3.run({"mv", "s3://bucket/p/a", "s3://bucket/q"}) == 0);
  CHECK(s3.out == "move: s3://bucket/p/a to s3://bucket/q\n");
  CHECK(s3.server.keys("bucket") == std::vector<std::string>{"q"});
  CHECK(s3.run({"mv", "s3://bucket/q", "back"}) == 0);
  CHECK(s3.server.keys("bucket").empty());
  CHECK(s3.run({"mv", "s3://bucket/q", "s3://bucket/"}) == 252);
  CHECK(s3.err == "\nCannot mv a file onto itself: 's3://bucket/q' - 's3://bucket/'\n");
}

TEST_CASE("aws s3: warnings make exit code 2 and stop nothing") {
  S3Fixture s3;
  s3.write("a", "1");
  std::filesystem::create_symlink("gone", s3.folder.path() / "dangling");
  CHECK(s3.run({"sync", ".", "s3://bucket"}) == 2);
  CHECK(s3.out == "upload: ./a to s3://bucket/a\n");
  CHECK(s3.err ==
        "warning: Skipping file " + s3.folder.path().string() + "/dangling. File does not exist.\n");
  CHECK(s3.run({"sync", ".", "s3://bucket", "--no-follow-symlinks"}) == 0);
}

TEST_CASE("aws s3: command lines that cannot be, and those that are left to the CLI") {
  struct Case {
    std::vector<std::string> args;
    int code;
    const char* text;  // in err, or in `missing`
  };
  for (const auto& c :
       {Case{{"sync", "a", "b"}, 252, "Error: Invalid argument type"},
        Case{{"rm", "local"}, 252, "usage: aws s3 rm <S3Uri>\nError: Invalid argument type"},
        Case{{"sync", "a"}, 252, "the following arguments are required: paths"},
        Case{{"sync", "gone", "s3://bucket"}, 255, "The user-provided path gone does not exist."},
        Case{{"cp", "-", "s3://bucket/x", "--recursive"}, 252, "Streaming currently is only compatible"},
        Case{{"cp", "f", "s3://bucket/x", "--metadata", "k=é"}, 252, "can only contain ASCII"},
        Case{{"cp", "f", "s3://bucket/x", "--cache-control", "a\nb"}, 252, "line break"},
        Case{{"cp", "f", "s3://bucket/x", "--sse-c"}, 252, "--sse-c-key must be specified"},
        Case{{"cp", "f", "s3://bucket/x", "--acl", "publik"}, 252, "acl"},
        Case{{"presign", "s3://bucket/x", "--expires-in", "700000"}, 252, "604800"},
        Case{{"rb", "s3://bucket/key"}, 252, "valid bucket name only"},
        Case{{"sync", ".", "s3://bucket", "--profile", "nobody"},
             255,
             "The config profile (nobody) could not be found"},
        Case{{"sync", ".", "s3://bucket", "--never-heard-of"}, aws::kNotCovered, "--never-heard-of"},
        Case{{"sync", ".", "s3://arn:aws:s3:us-east-1:1:accesspoint/x"}, aws::kNotCovered, "access point"},
        Case{{"sync", "s3://bucket", ".", "--case-conflict", "warn"}, aws::kNotCovered, "--case-conflict"},
        Case{{"frobnicate"}, aws::kNotCovered, "aws s3 frobnicate"}}) {
    S3Fixture s3;
    s3.write("f", "1");
    CAPTURE(c.args);
    CHECK(s3.run(c.args) == c.code);
    CHECK((c.code == aws::kNotCovered ? s3.missing : s3.err).find(c.text) != std::string::npos);
    CHECK(s3.server.counts().empty());
    if (c.code == aws::kNotCovered) CHECK(s3.out + s3.err == "");
  }
}

TEST_CASE("aws s3 ls, mb, rb, website, presign") {
  S3Fixture s3;
  s3.server.put("bucket", "d/a.txt", "12345", kLongAgo);
  s3.server.put("bucket", "d/e/f", std::string(2048, 'x'), kLongAgo);
  s3.env["TZ"] = "UTC";
  CHECK(s3.run({"ls", "s3://bucket/d/"}) == 0);
  CHECK(s3.out.find("                           PRE e/\n") == 0);
  CHECK(s3.out.ends_with("         5 a.txt\n"));
  CHECK(s3.run({"ls", "s3://bucket", "--recursive", "--human-readable", "--summarize"}) == 0);
  CHECK(s3.out.find("    2.0 KiB d/e/f\n\nTotal Objects: 2\n   Total Size: 2.0 KiB\n") != std::string::npos);
  CHECK(s3.run({"ls", "s3://bucket/none"}) == 1);
  CHECK(s3.run({"ls", "s3://nobucket"}) == 254);
  CHECK(s3.err ==
        "\nAn error occurred (NoSuchBucket) when calling the ListObjectsV2 operation: The specified bucket "
        "does not "
        "exist\n");
  CHECK(s3.run({"ls"}) == 0);
  CHECK(s3.out.ends_with(" bucket\n"));
  CHECK(s3.run({"mb", "s3://made"}) == 0);
  CHECK(s3.out == "make_bucket: made\n");
  CHECK(s3.run({"mb", "s3://made"}) == 1);
  CHECK(s3.err.starts_with("make_bucket failed: s3://made An error occurred (BucketAlreadyOwnedByYou)"));
  CHECK(s3.run({"rb", "s3://made"}) == 0);
  CHECK(s3.run({"rb", "s3://bucket"}) == 1);
  CHECK(s3.run({"website", "s3://bucket/", "--index-document", "i<x>.html"}) == 0);
  CHECK(s3.server.website("bucket").find("<IndexDocument><Suffix>i&lt;x&gt;.html</Suffix></IndexDocument>") !=
        std::string::npos);
  CHECK(s3.run({"presign", "s3://bucket/d/a.txt"}) == 0);
  HttpRequest request;
  request.url = std::string(trim(s3.out));
  CHECK(make_http()->send(request).body == "12345");
  CHECK(s3.run({"rb", "s3://bucket", "--force"}) == 0);
  CHECK(s3.out.ends_with("remove_bucket: bucket\n"));
  CHECK_FALSE(s3.server.has_bucket("bucket"));
  CHECK(s3.server.refused().empty());
}

TEST_CASE("aws s3: the difference is told before it is made, and planned without making it") {
  S3Fixture s3;
  s3.write("new.html", "12345");
  s3.write("same.txt", "same");
  s3.write("changed", "longer");
  s3.server.put("bucket", "same.txt", "same", kLongAgo);
  s3.server.put("bucket", "changed", "x", kLongAgo);
  s3.server.put("bucket", "old", "x", kLongAgo);
  const auto lines = s3.plan({"sync", ".", "s3://bucket", "--delete"});
  CHECK(lines == std::vector<std::string>{
                     "upload 3 files to s3://bucket/: 15 Bytes (1 new, 1 of another size, 1 of another time)",
                     "delete 1 file in s3://bucket/: 1 Byte", "  ~ changed 6 Bytes", "  + new.html 5 Bytes",
                     "  ~ same.txt 4 Bytes", "  - old",
                     "1 of the 1 files that only differ in time have the same content as their object"});
  CHECK(s3.server.counts() == std::map<std::string, int>{{"ListObjectsV2", 1}});
  s3.announce = true;
  CHECK(s3.run({"sync", ".", "s3://bucket", "--delete"}) == 0);
  CHECK(s3.err.starts_with("upload 3 files to s3://bucket/: 15 Bytes"));
  CHECK(s3.plan({"sync", ".", "s3://bucket", "--delete"}) ==
        std::vector<std::string>{"nothing to transfer or delete"});
}
