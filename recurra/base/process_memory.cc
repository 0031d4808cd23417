// SPDX-License-Identifier: Apache-2.0
#include "recurra/base/process_memory.h"

#if defined(__linux__)
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace recurra {

std::size_t peak_memory_bytes() {
#if defined(__linux__)
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
#endif
  return 0;
}

std::size_t physical_memory_bytes() {
#if defined(__linux__)
  const long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
  if (pages > 0 && page_bytes > 0) return static_cast<std::size_t>(pages) * static_cast<std::size_t>(page_bytes);
#endif
  return 0;
}

}  // namespace recurra
