// SPDX-License-Identifier: Apache-2.0
#include "recurra/train/distributed/once_per_host.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "recurra/train/distributed/ranks.h"
#include "recurra/train/distributed/share_work.h"

namespace recurra {
namespace {

/// Equal on processes that see one another's files in /proc.
std::string host() {
  std::string boot;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
  std::error_code none;
  return boot + std::filesystem::read_symlink("/proc/self/ns/pid", none).string();
}

}  // namespace

void tell_host(Context& context, const std::function<std::string()>& say,
               const std::function<void(const std::string&)>& hear) {
  Ranks& ranks = *context.ranks();
  const std::vector<std::string> hosts = ranks.gather(host());
  const std::string& own = hosts[static_cast<std::size_t>(ranks.rank())];
  const auto first = std::find(hosts.begin(), hosts.end(), own) - hosts.begin();
  const bool speaks = first == ranks.rank() && std::count(hosts.begin(), hosts.end(), own) > 1;
  const std::vector<std::string> said =
      share_work(context, "reading", ranks.size(), [&](Index) { return speaks ? say() : std::string(); });
  if (first != ranks.rank() && !said[static_cast<std::size_t>(first)].empty())
    hear(said[static_cast<std::size_t>(first)]);
  ranks.gather("");  // what was said may be forgotten after this
}

}  // namespace recurra
