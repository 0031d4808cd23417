// SPDX-License-Identifier: Apache-2.0
// A static site in memory, and a server for it: strict headers, GET and HEAD alone, whole files alone, to its own names
// alone. A request can only name a file that was read at the start, so no path leads out of the folder.
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

/// Where a build or an installation puts the page, seen from the command itself.
/// Errors: IoError if it is not there.
std::filesystem::path built_page();

/// Reads a folder with all below it; links that point elsewhere are left out.
/// Errors: IoError if there is no index.html, if a file cannot be read, or if all is more than 64 MiB.
Site read_site(const std::filesystem::path& folder);

/// Writes every file below `folder`, each as a whole or not at all.
/// Errors: IoError.
void write_site(const Site& site, const std::filesystem::path& folder);

/// What a page may load: itself and WebAssembly, nothing inline, nothing from elsewhere. Who may show it in a frame is
/// added to it.
extern const char kContentSecurityPolicy[];

inline constexpr int kMostPort = 65535;

/// What lies below here is the reader's own: no cache keeps it.
inline constexpr char kOpenFolder[] = "/open/";

/// Serves until the process ends. `listening` is called with the address once requests are answered. `framed_by` is the
/// origin, or `*`, whose pages may show these in a frame; empty: none.
/// Errors: IoError if the address cannot be had.
void serve_site(const Site& site, const std::string& host, int port, const std::string& framed_by,
                const std::function<void(const std::string& address)>& listening);

}  // namespace recurra
