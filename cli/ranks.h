// SPDX-License-Identifier: Apache-2.0
// The command under mpirun. Open MPI is not linked: the library that uses it (mpi/ranks.h) is loaded only then.
#pragma once

#include <filesystem>
#include <memory>

#include "recurra/train/distributed/ranks.h"

namespace recurra {

/// Number of processes started by mpirun or srun, including this one; 1 without them.
int mpirun_ranks();

/// They as ranks; null for one process. `folder` is that of the command. RECURRA_RANK_TIMEOUT in the environment
/// replaces kRankTimeout. Errors: UnsupportedError if this recurra was built without Open MPI, or the library cannot be
/// loaded; UsageError for a timeout that is not above 0.
std::unique_ptr<Ranks> ranks_of_mpirun(const std::filesystem::path& folder);

}  // namespace recurra
