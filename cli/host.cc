// SPDX-License-Identifier: Apache-2.0
#include "cli/host.h"

#include <arpa/inet.h>
#include <strings.h>

#include <cstring>
#include <optional>

namespace recurra {
namespace {

constexpr unsigned kLoopbackNet = 127;

bool same_name(const std::string& a, const std::string& b) {
  return ::strcasecmp(a.c_str(), b.c_str()) == 0;
}

/// A literal address; an IPv4 address in its IPv6 form, so that both forms compare equal.
std::optional<in6_addr> address_of(const std::string& text) {
  in_addr four;
  const bool old = ::inet_pton(AF_INET, text.c_str(), &four) == 1;
  in6_addr address;
  if (::inet_pton(AF_INET6, ((old ? "::ffff:" : "") + text).c_str(), &address) != 1) return std::nullopt;
  return address;
}

bool same_address(const in6_addr& a, const in6_addr& b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

bool is_loopback_address(const in6_addr& a) {
  return IN6_IS_ADDR_LOOPBACK(&a) || (IN6_IS_ADDR_V4MAPPED(&a) && a.s6_addr[12] == kLoopbackNet);
}

/// "localhost" of "localhost:8765", "::1" of "[::1]:8765"; empty if it has another form.
std::string without_port(const std::string& header) {
  const std::size_t colon = header.find_last_not_of("0123456789");
  std::string host = colon != std::string::npos && header[colon] == ':' ? header.substr(0, colon) : header;
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  return bracketed == (host.find(':') != std::string::npos) ? host : "";
}

}  // namespace

bool is_loopback(const std::string& host) {
  const auto address = address_of(host);
  return same_name(host, "localhost") || (address && is_loopback_address(*address));
}

bool is_any_address(const std::string& host) {
  const auto address = address_of(host);
  return address && (same_address(*address, *address_of("::")) || same_address(*address, *address_of("0.0.0.0")));
}

bool is_own_host(const std::string& header, const std::string& bound, const std::string& local) {
  const std::string host = without_port(header);
  if (host.empty()) return false;
  if (is_loopback(host) || same_name(host, bound)) return true;
  const auto named = address_of(host), here = address_of(local);
  return named && here && same_address(*named, *here);
}

}  // namespace recurra
