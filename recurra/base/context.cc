// SPDX-License-Identifier: Apache-2.0
#include "recurra/base/context.h"

namespace recurra {

Context::Context(int threads) : team_(threads), memory_(std::make_shared<MemoryPool>()) {}

}  // namespace recurra
