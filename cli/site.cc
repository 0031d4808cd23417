// SPDX-License-Identifier: Apache-2.0
#include "cli/site.h"

#include <fcntl.h>
#include <httplib.h>

#include <algorithm>
#include <memory>
#include <system_error>

#include "cli/connections.h"
#include "cli/host.h"
#include "recurra/base/error.h"
#include "recurra/io/atomic_file.h"

namespace recurra {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestFile = std::uintmax_t{64} << 20;
constexpr std::size_t kConnections = 32, kMostRequests = 1000;
constexpr int kNotFound = 404, kNotAllowed = 405, kNoSuchRange = 416, kMisdirected = 421;

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

void set_headers(const httplib::Request& request, httplib::Response& response) {
  // Built files carry a hash in their names; the rest is asked for again each time.
  const bool hashed = response.status < kNotFound && request.path.rfind("/assets/", 0) == 0;
  const bool own = request.path.rfind(kOpenFolder, 0) == 0;
  response.set_header("Cache-Control", hashed ? "public, max-age=31536000, immutable" : own ? "no-store" : "no-cache");
  response.set_header("Content-Security-Policy", kContentSecurityPolicy);
  response.set_header("X-Content-Type-Options", "nosniff");
  response.set_header("Referrer-Policy", "no-referrer");
  response.set_header("Cross-Origin-Opener-Policy", "same-origin");
  response.set_header("Cross-Origin-Resource-Policy", "same-origin");
}

void refuse(httplib::Response& response, int status, const char* text) {
  response.status = status;
  response.set_content(text, "text/plain; charset=utf-8");
}

void answer(const Site& site, const httplib::Request& request, httplib::Response& response) {
  const auto found = site.find(request.path == "/" ? "/index.html" : request.path);
  if (found == site.end()) return refuse(response, kNotFound, "404: there is no such page here\n");
  // As it is: httplib would press the page anew for each request, seconds of work, and the way to a reader is short.
  const std::string& content = found->second.content;
  if (content.empty()) return response.set_content("", found->second.type);
  response.set_content_provider(
      content.size(), found->second.type, [&content](std::size_t at, std::size_t length, httplib::DataSink& sink) {
        // httplib asks for what the request asked for, inside the file or not.
        return at < content.size() && sink.write(content.data() + at, std::min(length, content.size() - at));
      });
}

/// Refuses what no page of this site sends; true if it did. Ranges first: httplib would cut an answer's text by them.
bool refused(const httplib::Request& request, httplib::Response& response, const std::string& bound) {
  response.set_header("Accept-Ranges", "none");
  if (!request.ranges.empty()) {
    response.status = kNoSuchRange;
    return true;
  }
  if (request.get_header_value_count("Host") != 1 ||
      !is_own_host(request.get_header_value("Host"), bound, request.local_addr)) {
    refuse(response, kMisdirected, "421: this server answers to localhost and to the address that it listens on\n");
    return true;
  }
  if (request.method == "GET" || request.method == "HEAD") return false;
  response.set_header("Allow", "GET, HEAD");
  refuse(response, kNotAllowed, "405: this server only gives\n");
  return true;
}

/// The address that a browser on this machine can open.
std::string address_text(const std::string& host, int port) {
  const std::string name = is_any_address(host)                  ? "localhost"
                           : host.find(':') == std::string::npos ? host
                                                                 : "[" + host + "]";
  return "http://" + name + ":" + std::to_string(port) + "/";
}

}  // namespace

const char kContentSecurityPolicy[] =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

fs::path built_page() {
  std::error_code error;
  const fs::path command = fs::read_symlink("/proc/self/exe", error);
  const fs::path folder = command.parent_path();
  for (const char* place : {"../../lesson", "../share/recurra/lesson"})
    if (fs::exists(folder / place / "index.html", error)) return (folder / place).lexically_normal();
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
    if (total > kLargestFile) throw IoError(folder.string() + ": more than 64 MiB; this is no lesson");
    const std::string name = "/" + entry.path().lexically_relative(root).generic_string();
    site[name] = {read_file(entry.path().string(), kLargestFile), type_of(entry.path())};
  }
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

void serve_site(const Site& site, const std::string& host, int port,
                const std::function<void(const std::string& address)>& listening) {
  httplib::Server server;
  // A browser holds several connections open for each tab, and each holds a thread while it is open.
  auto connections = std::make_unique<Connections>(kConnections);
  server.new_task_queue = [&connections] { return connections.release(); };
  server.set_keep_alive_max_count(kMostRequests);
  server.set_keep_alive_timeout(1);
  server.set_socket_options([](socket_t socket) {  // the default would share the port with another server
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    fcntl(socket, F_SETFD, FD_CLOEXEC);  // a browser that is started from here must not hold the port
  });
  server.set_pre_routing_handler([&host](const httplib::Request& request, httplib::Response& response) {
    using Answer = httplib::Server::HandlerResponse;
    return refused(request, response, host) ? Answer::Handled : Answer::Unhandled;
  });
  server.Get(
      ".*", [&site](const httplib::Request& request, httplib::Response& response) { answer(site, request, response); });
  server.set_post_routing_handler(set_headers);
  const int bound = port == 0 ? server.bind_to_any_port(host) : server.bind_to_port(host, port) ? port : -1;
  if (bound < 0)
    throw IoError("cannot listen on " + host + " port " + std::to_string(port) + "; --port 0 takes a free one");
  listening(address_text(host, bound));
  server.listen_after_bind();
}

}  // namespace recurra
