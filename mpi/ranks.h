// SPDX-License-Identifier: Apache-2.0
// Ranks over Open MPI, in a library of its own that the command loads when mpirun has started it.
#pragma once

namespace recurra {
class Ranks;
}

extern "C" {
/// Starts MPI. Null on failure; `message` of `size` bytes then holds the reason. One object per process; its destructor
/// ends MPI. timeout_s: as Ranks::timeout_s.
__attribute__((visibility("default"))) recurra::Ranks* recurra_mpi_ranks(double timeout_s, char* message,
                                                                         unsigned long size);
}
