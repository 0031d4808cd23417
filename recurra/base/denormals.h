// SPDX-License-Identifier: Apache-2.0
// Flushes denormal floats to zero while it lives, then restores the caller's floating-point mode.
// Denormals make some recurrent nets 20 times slower and carry no information there. WebAssembly cannot flush: a no-op.
// Context::run holds one in every member, so only code that computes outside a team needs it. Example:
//
//   { recurra::FlushDenormals flush; volatile float tiny = 1e-38f; tiny = tiny * 0.01f; }   // tiny is 0 in there
#pragma once

namespace recurra {

class FlushDenormals {
 public:
  FlushDenormals();
  ~FlushDenormals();
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  unsigned long long saved_;
};

}  // namespace recurra
