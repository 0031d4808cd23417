// SPDX-License-Identifier: Apache-2.0
#include "cli/ranks.h"

#include <dlfcn.h>

#include <cstdlib>

#include "mpi/ranks.h"
#include "recurra/data/number.h"
#include "recurra/tasks/common/option.h"

namespace recurra {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLibrary = "librecurra_mpi.so";

/// In the folder of the command, or where the packages install it.
fs::path find_library(const fs::path& folder) {
  std::error_code none;
  for (const fs::path& place : {folder / kLibrary, folder / "../lib/recurra" / kLibrary})
    if (fs::exists(place, none)) return place;
  return {};
}

double timeout_s() {
  const char* text = std::getenv("RECURRA_RANK_TIMEOUT");
  double seconds = kRankTimeout;
  require<UsageError>(!text || (read_number(text, false, seconds) == CellKind::number && seconds > 0),
                      "RECURRA_RANK_TIMEOUT: expected seconds above 0, found '", text ? text : "", "'");
  return seconds;
}

}  // namespace

int mpirun_ranks() {
  // Open MPI; MPICH and Slurm by PMI.
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})
    if (const char* value = std::getenv(name)) return std::max(1, std::atoi(value));
  return 1;
}

std::unique_ptr<Ranks> ranks_of_mpirun(const std::filesystem::path& folder) {
  if (mpirun_ranks() == 1) return nullptr;
  const fs::path path = find_library(folder);
  require<UnsupportedError>(!path.empty(), "mpirun has started ", mpirun_ranks(), " processes, but there is no ",
                            kLibrary, " beside this recurra: it was built without Open MPI");
  void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  require<UnsupportedError>(library != nullptr, path.string(), ": ", library ? "" : ::dlerror());
  const auto start = reinterpret_cast<decltype(&recurra_mpi_ranks)>(::dlsym(library, "recurra_mpi_ranks"));
  require<UnsupportedError>(start != nullptr, path.string(), ": it is not the library that belongs to this recurra");
  char message[256] = "";
  std::unique_ptr<Ranks> ranks(start(timeout_s(), message, sizeof message));
  require<UnsupportedError>(ranks != nullptr, "mpirun: ", message);
  return ranks;
}

}  // namespace recurra
