// SPDX-License-Identifier: Apache-2.0
// Whom a local server answers. A page elsewhere can make its own name point to this machine (DNS rebinding) and then
// read what is served here; its requests carry that name in their Host header, by which they are told.
#pragma once

#include <string>

namespace recurra {

/// "localhost" and the literal loopback addresses, 127.0.0.0/8 and ::1.
bool is_loopback(const std::string& host);

/// 0.0.0.0 and ::, which stand for every address of the machine.
bool is_any_address(const std::string& host);

/// Whether a request may name this server so: a loopback name, the `bound` host as it was given, or the `local` address
/// that the request came to; any port or none.
bool is_own_host(const std::string& header, const std::string& bound, const std::string& local);

}  // namespace recurra
