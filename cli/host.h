// SPDX-License-Identifier: Apache-2.0
// Which requests a local server answers. A foreign page can point its own host name to this machine (DNS rebinding) and
// then read what is served here; its requests are recognised by that name in their Host header.
#pragma once

#include <string>

namespace recurra {

/// "localhost" and the literal loopback addresses, 127.0.0.0/8 and ::1.
bool is_loopback(const std::string& host);

/// 0.0.0.0 and ::, which mean every address of the machine.
bool is_any_address(const std::string& host);

/// Whether a Host header names this server: a loopback name, the `bound` host as given, or the `local` address at which
/// the request arrived; any port or none.
bool is_own_host(const std::string& header, const std::string& bound, const std::string& local);

}  // namespace recurra
