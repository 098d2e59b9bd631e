// runner/exec/services.hpp -- what all jobs of a run share.
#pragma once
#include <chrono>
#include <stop_token>

#include "runner/exec/deadlines.hpp"
#include "runner/exec/folders.hpp"
#include "runner/order/request.hpp"
#include "runner/place/node.hpp"
#include "runner/place/orphans.hpp"
#include "runner/report/reporter.hpp"
#include "steps/script/masker.hpp"
#include "steps/store/artifact_store.hpp"
#include "steps/store/cache/store.hpp"
#include "steps/system/http.hpp"
#include "steps/system/process.hpp"

namespace runner {

struct RunServices {
  const RunRequest& request;
  Reporter& reporter;
  Masker& masker;
  Http& http;
  ArtifactStore& artifacts;
  CacheStore& caches;
  Deadlines& deadlines;
  Reaper& reaper;
  RunFolders& folders;
  const NodeProgram& node;
  std::stop_token hard;  // stop now: no conditions, no posts (second Ctrl-C, end of a cancel's grace)
  KillTimes kill_times;
  std::chrono::milliseconds minute;  // of timeouts and of a cancel's grace
};

}  // namespace runner
