// SPDX-License-Identifier: Apache-2.0
#include "recurra/simd/isa.h"

#include "recurra/simd/targets.h"
// Highway's headers come after targets.h, which they read.
#include <hwy/highway.h>

#include <cstdint>
#include <cstdlib>

#include "recurra/base/error.h"

namespace recurra {
namespace {

struct Isa {
  const char* name;
  std::int64_t target;
};
constexpr Isa kIsas[] = {{"avx512", HWY_AVX3}, {"avx2", HWY_AVX2},     {"neon", HWY_NEON},
                         {"wasm", HWY_WASM},   {"emu128", HWY_EMU128}, {"scalar", HWY_SCALAR}};

#ifdef HWY_COMPILE_ONLY_STATIC
// A build for one instruction set, such as WebAssembly: there is nothing to detect or to choose, and no environment.
std::int64_t detected() {
  return HWY_STATIC_TARGET;
}
std::int64_t chosen() {
  return HWY_STATIC_TARGET;
}
void choose(std::int64_t) {}
const char* wanted() {
  return nullptr;
}
#else
const char* wanted() {
  return std::getenv("RECURRA_ISA");
}
// The detected targets, before anything was forced.
std::int64_t detected() {
  static const std::int64_t targets = [] {
    hwy::SetSupportedTargetsForTest(0);
    return (hwy::SupportedTargets() | HWY_STATIC_TARGET) & HWY_TARGETS;
  }();
  return targets;
}
std::int64_t chosen() {
  return hwy::SupportedTargets() & detected();
}
void choose(std::int64_t target) {
  hwy::SetSupportedTargetsForTest(target);
  hwy::GetChosenTarget().Update(target);
}
#endif

void force(const std::string& name) {
  for (const Isa& isa : kIsas) {
    const bool wanted = name.empty() || name == isa.name;
    if (!wanted || (isa.target & detected()) == 0) continue;
    return choose(isa.target);
  }
  std::string known;
  for (const std::string& available : available_isas()) known += " " + available;
  throw UnsupportedError(concat("select_isa: ", name, " is not available here, only", known));
}

void read_environment() {
  static const bool done = [] {
    const char* name = wanted();
    force(name ? name : "");
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace

std::vector<std::string> available_isas() {
  std::vector<std::string> names;
  for (const Isa& isa : kIsas)
    if (isa.target & detected()) names.push_back(isa.name);
  return names;
}

std::string isa_in_use() {
  read_environment();
  for (const Isa& isa : kIsas)
    if (isa.target & chosen()) return isa.name;
  return "none";
}

void select_isa(const std::string& name) {
  read_environment();
  force(name);
}

}  // namespace recurra
