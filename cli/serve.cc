// SPDX-License-Identifier: Apache-2.0
// The server of a site in memory: one thread, any number of connections, GET and HEAD of whole files.
#include <fcntl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "cli/host.h"
#include "cli/site.h"
#include "recurra/base/error.h"

namespace recurra {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Code = boost::system::error_code;
using Bytes = http::span_body<const char>;

constexpr std::chrono::seconds kPatience{30};  // for the next request, and for a client to read an answer
constexpr std::chrono::seconds kFarewell{2};
constexpr std::size_t kDrained = 4096;
constexpr std::uint32_t kMaxHeaderBytes = 16 << 10;
constexpr unsigned kHttp11 = 11;

/// What every connection shares.
struct Served {
  const Site& site;
  std::string host;    ///< as the user gave it
  std::string policy;  ///< the whole content-security policy
};

Bytes::value_type span_of(std::string_view text) {
  return {text.data(), text.size()};
}

/// A connection: reads a request, writes its answer, and repeats. Its handlers keep it alive.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, const Served& served) : stream_(std::move(socket)), served_(served) {}

  void read() {
    parser_.emplace();
    parser_->header_limit(kMaxHeaderBytes);
    stream_.expires_after(kPatience);
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = shared_from_this()](Code error, std::size_t) { self->on_request(error); });
  }

 private:
  void on_request(Code error) {
    if (error == http::error::end_of_stream) return close();
    if (error && error.category() != http::make_error_code(http::error::bad_method).category()) return;  // it is gone
    response_ = {};
    response_.version(kHttp11);
    if (error) {
      response_.keep_alive(false);
      refuse(http::status::bad_request, "400: bad request\n");
      set_headers("");
    } else {
      answer(parser_->get());
    }
    response_.prepare_payload();
    write();
  }

  void answer(const http::request<http::empty_body>& request) {
    const std::string target(request.target());
    const std::string path = target.substr(0, target.find('?'));
    // Requests have no body here; after one with a body the connection ends, so that the body is not read as a request.
    response_.keep_alive(parser_->is_done() && request.keep_alive());
    response_.set(http::field::accept_ranges, "none");
    const auto found = served_.site.find(path == "/" ? "/index.html" : path);
    if (request.count(http::field::range) > 0) {
      response_.result(http::status::range_not_satisfiable);
    } else if (request.count(http::field::host) != 1 ||
               !is_own_host(std::string(request[http::field::host]), served_.host, local_address())) {
      refuse(http::status::misdirected_request,
             "421: this server answers to localhost and to the address that it listens on\n");
    } else if (request.method() != http::verb::get && request.method() != http::verb::head) {
      response_.set(http::field::allow, "GET, HEAD");
      refuse(http::status::method_not_allowed, "405: this server only gives\n");
    } else if (found == served_.site.end()) {
      refuse(http::status::not_found, "404: there is no such page here\n");
    } else {
      response_.set(http::field::content_type, found->second.type);
      response_.body() = span_of(found->second.content);
    }
    set_headers(path);
  }

  void refuse(http::status status, std::string_view text) {
    response_.result(status);
    response_.set(http::field::content_type, "text/plain; charset=utf-8");
    response_.body() = span_of(text);
  }

  void set_headers(const std::string& path) {
    // Built files have a hash in their names; all others are revalidated on each request.
    const bool hashed = response_.result() == http::status::ok && path.rfind("/assets/", 0) == 0;
    const bool own = path.rfind(kOpenFolder, 0) == 0;
    response_.set(http::field::cache_control, hashed ? "public, max-age=31536000, immutable"
                                              : own  ? "no-store"
                                                     : "no-cache");
    response_.set("Content-Security-Policy", served_.policy);
    response_.set("X-Content-Type-Options", "nosniff");
    response_.set("Referrer-Policy", "no-referrer");
    response_.set("Cross-Origin-Opener-Policy", "same-origin");
    response_.set("Cross-Origin-Resource-Policy", "same-origin");
  }

  void write() {
    serializer_.emplace(response_);
    const auto done = [self = shared_from_this()](Code error, std::size_t) { self->on_written(error); };
    if (parser_->get().method() == http::verb::head)
      http::async_write_header(stream_, *serializer_, done);
    else
      http::async_write(stream_, *serializer_, done);
  }

  void on_written(Code error) {
    if (error) return;
    if (!response_.keep_alive()) return close();
    read();
  }

  /// Reads the bytes still in transit for a while: closing with unread bytes may lose the answer.
  void close() {
    Code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(kFarewell);
    drain();
  }

  void drain() {
    stream_.async_read_some(buffer_.prepare(kDrained), [self = shared_from_this()](Code error, std::size_t) {
      if (!error) self->drain();
    });
  }

  std::string local_address() {
    Code error;
    const auto endpoint = stream_.socket().local_endpoint(error);
    return error ? "" : endpoint.address().to_string();
  }

  beast::tcp_stream stream_;
  const Served& served_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::empty_body>> parser_;
  http::response<Bytes> response_;
  std::optional<http::response_serializer<Bytes>> serializer_;
};

/// Accepts connections. If the system has no more descriptors, it waits until some have ended.
class Door {
 public:
  Door(tcp::acceptor& acceptor, const Served& served)
      : acceptor_(acceptor), served_(served), pause_(acceptor.get_executor()) {}

  void open() {
    acceptor_.async_accept([this](Code error, tcp::socket socket) {
      if (error) {
        pause_.expires_after(std::chrono::milliseconds(100));
        return pause_.async_wait([this](Code) { open(); });
      }
      ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);  // a browser started from here must not inherit it
      std::make_shared<Connection>(std::move(socket), served_)->read();
      open();
    });
  }

 private:
  tcp::acceptor& acceptor_;
  const Served& served_;
  asio::steady_timer pause_;
};

/// Listens on the first of the host's addresses that is available; false if there is none.
bool listen_at(tcp::acceptor& acceptor, const std::string& host, int port) {
  Code error;
  tcp::resolver resolver(acceptor.get_executor());
  for (const auto& found : resolver.resolve(host, std::to_string(port), tcp::resolver::passive, error)) {
    const tcp::endpoint endpoint = found.endpoint();
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
    if (!error) {
      ::fcntl(acceptor.native_handle(), F_SETFD, FD_CLOEXEC);
      return true;
    }
    acceptor.close(error);
  }
  return false;
}

/// The address that a browser on this machine can open.
std::string address_text(const std::string& host, int port) {
  const std::string name = is_any_address(host)                  ? "localhost"
                           : host.find(':') == std::string::npos ? host
                                                                 : "[" + host + "]";
  return "http://" + name + ":" + std::to_string(port) + "/";
}

}  // namespace

void serve_site(const Site& site, const std::string& host, int port, const std::string& framed_by,
                const std::function<void(const std::string& address)>& listening) {
  asio::io_context context(1);
  tcp::acceptor acceptor(context);
  require<IoError>(listen_at(acceptor, host, port), "cannot listen on ", host, " port ", port,
                   "; --port 0 takes a free one");
  const Served served{site, host, kContentSecurityPolicy + (framed_by.empty() ? "'none'" : framed_by)};
  Door door(acceptor, served);
  door.open();
  listening(address_text(host, acceptor.local_endpoint().port()));
  context.run();
}

}  // namespace recurra
