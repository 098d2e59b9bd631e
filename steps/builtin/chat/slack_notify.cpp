#include "steps/builtin/chat/slack_notify.hpp"

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/builtin/chat/facts.hpp"
#include "steps/builtin/chat/slack.hpp"
#include "steps/builtin/chat/slack_markdown.hpp"
#include "steps/formats/yaml_json.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner::chat {
namespace {

constexpr size_t kShortSha = 6;
constexpr const char* kIcon = "https://avatars0.githubusercontent.com/u/43742164";
constexpr const char* kLibrary =
    "<https://github.com/rtCamp/github-actions-library|Powered By rtCamp's GitHub Actions Library>";

struct Source {
  const StepInputs& step;
  Facts facts;
  Json event;
  Json hosts;  // of .github/hosts.yml: the part of this branch, and "channel"
  std::string setting(const char* name, const std::string& fallback = {}) const {
    const auto value = std::string(trim(env_value(step.env(), name)));
    return value.empty() ? fallback : value;
  }
};

std::string branch_of(const std::string& ref) {
  const auto at = ref.rfind("heads/");
  return at == ref.npos ? ref : ref.substr(at + 6);
}

Json hosts_of(StepHost& host, const std::string& branch) {
  auto hosts = Json::object();
  const auto file = host.workspace() / ".github" / "hosts.yml";
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return hosts;
  const auto all = parse_json_or_yaml(read_file(file), ".github/hosts.yml", YamlReader::last_key);
  if (const auto* part = find_member(all, branch); part != nullptr && part->is_object()) hosts = *part;
  if (const auto* options = find_member(all, "ci_script_options"))
    hosts["channel"] = lower(text_member(*options, "slack-channel"));
  return hosts;
}

struct Color {
  const char *status, *color, *message;
};
constexpr Color kColors[] = {{"success", "good", "SLACK_MESSAGE_ON_SUCCESS"},
                             {"cancelled", "#808080", "SLACK_MESSAGE_ON_CANCEL"},
                             {"failure", "danger", "SLACK_MESSAGE_ON_FAILURE"}};

std::string last_commit_message(const Json& event) {
  const auto* commits = find_member(event, "commits");
  return commits == nullptr || commits->empty() || !commits->is_array()
             ? ""
             : text_member(commits->back(), "message");
}

// As `echo -e` writes it.
std::string unescaped(const std::string& text) {
  constexpr std::string_view names = "abefnrtv\\", values = "\a\b\x1b\f\n\r\t\v\\";
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    const auto known = text[at] == '\\' && at + 1 < text.size() ? names.find(text[at + 1]) : names.npos;
    if (known == names.npos) {
      out += text[at];
    } else {
      out += values[known];
      ++at;
    }
  }
  return out;
}

std::string changed(const Source& source, std::string text) {
  if (source.setting("SLACKIFY_MARKDOWN") == "true") text = slack_markdown(text);
  return source.setting("ENABLE_ESCAPES") == "true" ? unescaped(text) : text;
}

std::string base_message(const Source& source) {
  const auto& facts = source.facts;
  auto text = source.setting("SLACK_MESSAGE", last_commit_message(source.event));
  if (text.empty())
    text = fmt::format("Run {} of {}, branch `{}`, commit `{}`", source.step.context("github.run_number"),
                       facts.repository, branch_of(facts.ref), facts.sha);
  return changed(source, text);
}

const Color* color_rule(const Source& source) {
  const auto status = lower(source.setting("SLACK_COLOR"));
  for (const auto& color : kColors) {
    if (status == color.status) return &color;
  }
  return nullptr;
}

std::string message_text(const Source& source) {
  const auto* color = color_rule(source);
  const auto own = color == nullptr ? "" : source.setting(color->message);
  return own.empty() ? base_message(source) : changed(source, own);
}

std::string actions_url(const Source& source) {
  const auto attempt = source.step.context("github.run_attempt");
  const auto& workflow = source.facts.workflow;
  return fmt::format("<{}/attempts/{}|{}>", source.facts.run_url(), attempt.empty() ? "1" : attempt,
                     workflow.starts_with(".github") ? "Link to action run" : workflow);
}

std::string commit_link(const Source& source) {
  const auto sha = head_sha(source.facts, source.event);
  return fmt::format("<{}/commit/{}|{}>", source.facts.repository_url(), sha, sha.substr(0, kShortSha));
}

Json field(std::string title, std::string value, bool short_one) {
  Json made{{"title", std::move(title)}, {"value", std::move(value)}};
  if (short_one) made["short"] = true;
  return made;
}

Json fact(const Source& source, const std::string& name) {
  if (name == "ref") return field("Ref", source.facts.ref, true);
  if (name == "event") return field("Event", source.facts.event_name, true);
  if (name == "actions url") return field("Actions URL", actions_url(source), true);
  if (name == "commit") return field("Commit", commit_link(source), true);
  return {};
}

Json host_fields(const Source& source) {
  auto fields = Json::array();
  const auto user = text_member(source.hosts, "user"), name = text_member(source.hosts, "hostname");
  const auto path = text_member(source.hosts, "deploy_path");
  const auto site = path.substr(0, path.find("/app"));
  const auto host = source.setting("HOST_NAME", name.empty() ? "" : fmt::format("`{}@{}`", user, name));
  if (host.empty()) return fields;
  const auto sites = site.rfind("sites/");
  fields.push_back(field(source.setting("SITE_TITLE", "Site"),
                         source.setting("SITE_NAME", sites == site.npos ? site : site.substr(sites + 6)),
                         true));
  fields.push_back(field(source.setting("HOST_TITLE", "SSH Host"), host, true));
  return fields;
}

// MSG_MINIMAL: only the message, or it and what is named, the last named first.
Json fields_of(const Source& source, const std::string& text) {
  auto fields = host_fields(source);
  const auto minimal = source.setting("MSG_MINIMAL");
  const std::string all = "commit,actions url,event,ref";
  const auto names = minimal.empty() ? all : minimal;
  if (minimal != "true") {
    const auto parts = split(names, ',');
    for (size_t index = parts.size(); index-- > 0;) {
      if (auto made = fact(source, lower(trim(parts[index]))); made.is_object())
        fields.push_back(std::move(made));
    }
  }
  fields.push_back(field(source.setting("SLACK_TITLE", "Message"), text, false));
  return fields;
}

Json attachment_of(const Source& source, const std::string& text) {
  const auto* rule = color_rule(source);
  const auto author = source.setting("SLACK_MSG_AUTHOR", source.facts.actor);
  const auto page = source.facts.server + "/" + author;
  const auto footer =
      fmt::format("{} | <{}|Triggered on this workflow run>", kLibrary, source.facts.run_url());
  return {{"fallback", base_message(source)},
          {"color", rule != nullptr ? rule->color : source.setting("SLACK_COLOR", "good")},
          {"author_name", author},
          {"author_link", page},
          {"author_icon", page + ".png?size=32"},
          {"footer", source.setting("SLACK_FOOTER", footer)},
          {"fields", fields_of(source, text)}};
}

}  // namespace

Json slack_notify_message(StepHost& host) {
  Source source{host, facts_of(host), event_of(host), {}};
  source.hosts = hosts_of(host, branch_of(source.facts.ref));
  Json message{{"username", source.setting("SLACK_USERNAME", "rtBot")}};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) message[name] = value;
  };
  add("icon_url", source.setting("SLACK_ICON", kIcon));
  add("icon_emoji", source.setting("SLACK_ICON_EMOJI"));
  add("channel", source.setting("SLACK_CHANNEL", text_member(source.hosts, "channel")));
  add("link_names", source.setting("SLACK_LINK_NAMES"));
  message["unfurl_links"] = false;
  add("thread_ts", source.setting("SLACK_THREAD_TS"));
  message["attachments"] = Json::array({attachment_of(source, message_text(source))});
  return message;
}

}  // namespace runner::chat
