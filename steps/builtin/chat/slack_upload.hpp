// steps/builtin/chat/slack_upload.hpp -- a file into a Slack channel: an address is asked for, takes the
// bytes, and the file is shown (files.getUploadURLExternal, files.completeUploadExternal).
#pragma once
#include <filesystem>
#include <string>

#include "steps/step.hpp"

namespace runner::chat {

struct SlackFile {
  std::filesystem::path path;
  std::string token, channel, thread_ts;
};
StepResult upload_to_slack(StepHost& host, const SlackFile& file);

}  // namespace runner::chat
