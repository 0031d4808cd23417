// SPDX-License-Identifier: Apache-2.0
// A static site in memory, and a server for it: strict headers; only GET and HEAD, only whole files, only its own host
// names. A request can only name a file that was read at the start, so no path leads out of the folder.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

namespace recurra {

struct SiteFile {
  std::string content;
  std::string type;
};

/// By path from the site's root, with a slash in front: "/index.html".
using Site = std::map<std::string, SiteFile>;

/// The lesson in `dir`, read recursively; links that point outside it are skipped. For an empty `dir` the page of the
/// build or the installation that `program_folder` belongs to, with the net of `forecast now`, which packages leave out
/// of it because the command holds it. Errors: IoError if there is no index.html, if a file cannot be read, or if all
/// is more than 64 MiB.
Site lesson_site(const std::string& dir, const std::filesystem::path& program_folder);

/// Writes every file below `folder`, each atomically.
/// Errors: IoError.
void write_site(const Site& site, const std::filesystem::path& folder);

/// What a page may load: itself and WebAssembly, nothing inline, nothing from other hosts. The allowed frame ancestors
/// are appended.
extern const char kContentSecurityPolicy[];

inline constexpr int kMaxPort = 65535;

/// Files below this path are the user's own: they are served with caching disabled.
inline constexpr char kOpenFolder[] = "/open/";

/// Serves until the process ends. `listening` is called with the address once requests are answered. `framed_by` is the
/// origin, or `*`, whose pages may show these in a frame; empty: none.
/// Errors: IoError if the address cannot be bound.
void serve_site(const Site& site, const std::string& host, int port, const std::string& framed_by,
                const std::function<void(const std::string& address)>& listening);

}  // namespace recurra
