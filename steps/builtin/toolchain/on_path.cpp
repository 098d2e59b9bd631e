#include "steps/builtin/toolchain/on_path.hpp"

#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner {

namespace fs = std::filesystem;

void prepend_path(StepHost& host, const fs::path& folder, Surroundings& around) {
  host.add_path(folder.string());
  around.env["PATH"] = folder.string() + ":" + path_of(around.env);
}

fs::path put_on_path(StepHost& host, const InstalledTool& tool, const std::string& name,
                     const ProgramNames& links, Surroundings& around) {
  const auto beside = tool.program.parent_path();
  auto folder = beside;
  if (tool.shared) {
    folder = host.temp() / "_tools" / (name + "-" + tool.version.full_text()) / "bin";
    make_private_folder(folder);
    std::error_code error;
    for (const auto& [link, file] : links) {
      fs::remove(folder / link, error);
      if (fs::exists(beside / file, error)) fs::create_symlink(beside / file, folder / link);
    }
  }
  prepend_path(host, folder, around);
  return folder;
}

}  // namespace runner
