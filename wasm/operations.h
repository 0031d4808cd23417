// SPDX-License-Identifier: Apache-2.0
// Every operation that the module offers, by the name that lesson/engine/api.ts gives it. One file a figure.
#pragma once

#include "message.h"
#include "recurra/base/thread_team.h"

namespace recurra::wasm {

using Operation = void (*)(ThreadTeam& team, const Request& request, Reply& reply);

void bptt(ThreadTeam& team, const Request& request, Reply& reply);
void gradients(ThreadTeam& team, const Request& request, Reply& reply);
void gates(ThreadTeam& team, const Request& request, Reply& reply);
void memory(ThreadTeam& team, const Request& request, Reply& reply);
void cells(ThreadTeam& team, const Request& request, Reply& reply);
void bidirectional(ThreadTeam& team, const Request& request, Reply& reply);

}  // namespace recurra::wasm
