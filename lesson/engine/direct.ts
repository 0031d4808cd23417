// SPDX-License-Identifier: Apache-2.0
// The engine without a worker: for prerendering and tests, where nothing else has to run meanwhile.
import type { Engine, OperationName, RequestOf, ResultOf } from './api.ts'
import { EngineModules, type Load } from './modules.ts'

export class DirectEngine implements Engine {
  readonly #modules: EngineModules

  constructor(load: Load) {
    this.#modules = new EngineModules(load)
  }

  call<N extends OperationName>(name: N, request: RequestOf<N>): Promise<ResultOf<N>> {
    return this.#modules.call(name, request)
  }
}
