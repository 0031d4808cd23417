// SPDX-License-Identifier: Apache-2.0
// A static site in memory, and a server for it: strict headers, GET and HEAD alone. A request can only name a file that
// was read at the start, so no path leads out of the folder.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace recurra {

struct SiteFile {
  std::string content;
  std::string type;
};

/// By path from the site's root, with a slash in front: "/index.html".
using Site = std::map<std::string, SiteFile>;

/// Reads a folder with all below it; links that point elsewhere are left out.
/// Errors: IoError if there is no index.html, if a file cannot be read, or if all is more than 64 MiB.
Site read_site(const std::filesystem::path& folder);

/// Writes every file below `folder`, each as a whole or not at all.
/// Errors: IoError.
void write_site(const Site& site, const std::filesystem::path& folder);

/// What a page may load: itself and WebAssembly, nothing inline, nothing from elsewhere.
extern const char kContentSecurityPolicy[];

/// Serves until the process ends. `listening` is called with the address once requests are answered.
/// Errors: IoError if the address cannot be had.
void serve_site(const Site& site, const std::string& host, int port, void (*listening)(const std::string& address));

}  // namespace recurra
