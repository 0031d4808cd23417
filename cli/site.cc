// SPDX-License-Identifier: Apache-2.0
#include "cli/site.h"

#include <system_error>

#include "recurra/base/error.h"
#include "recurra/io/atomic_file.h"
#include "recurra/tasks/forecast/now/shipped.h"

namespace recurra {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestFile = std::uintmax_t{64} << 20;
constexpr const char* kNowWeights = "/now.safetensors";  // lesson/client/now.ts fetches it

std::string type_of(const fs::path& path) {
  static const std::map<std::string, std::string> types = {{".html", "text/html; charset=utf-8"},
                                                           {".css", "text/css; charset=utf-8"},
                                                           {".js", "text/javascript; charset=utf-8"},
                                                           {".json", "application/json"},
                                                           {".wasm", "application/wasm"},
                                                           {".svg", "image/svg+xml"},
                                                           {".woff2", "font/woff2"},
                                                           {".csv", "text/csv; charset=utf-8"},
                                                           {".txt", "text/plain; charset=utf-8"},
                                                           {".png", "image/png"},
                                                           {".safetensors", "application/octet-stream"}};
  const auto found = types.find(path.extension().string());
  return found == types.end() ? "application/octet-stream" : found->second;
}

bool lies_below(const fs::path& path, const fs::path& folder) {
  const auto relative = fs::canonical(path).lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

fs::path built_page(const fs::path& program_folder) {
  std::error_code error;
  for (const char* place : {"../../lesson", "../share/recurra/lesson"})
    if (const fs::path page = program_folder / place; fs::exists(page / "index.html", error))
      return page.lexically_normal();
  throw IoError("the lesson's page is not built; ./run lesson builds it, and --dir names a page that lies elsewhere");
}

Site read_site(const fs::path& folder) {
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  if (error || !fs::is_regular_file(root / "index.html"))
    throw IoError(folder.string() + ": there is no lesson here (no index.html)");
  Site site;
  std::uintmax_t total = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file() || !lies_below(entry.path(), root)) continue;
    total += entry.file_size();
    if (total > kLargestFile) throw IoError(folder.string() + ": more than 64 MiB; this is not a lesson");
    const std::string name = "/" + entry.path().lexically_relative(root).generic_string();
    site[name] = {read_file(entry.path().string(), kLargestFile), type_of(entry.path())};
  }
  return site;
}

}  // namespace

const char kContentSecurityPolicy[] =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ";

Site lesson_site(const std::string& dir, const fs::path& program_folder) {
  if (!dir.empty()) return read_site(dir);
  Site site = read_site(built_page(program_folder));
  site.try_emplace(kNowWeights, SiteFile{std::string(shipped_now_weights()), type_of(kNowWeights)});
  return site;
}

void write_site(const Site& site, const fs::path& folder) {
  for (const auto& [name, file] : site) {
    const fs::path path = folder / name.substr(1);
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error) throw IoError(path.parent_path().string() + ": cannot make this folder: " + error.message());
    write_file_atomically(path.string(), file.content);
  }
}

}  // namespace recurra
