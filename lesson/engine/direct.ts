// SPDX-License-Identifier: Apache-2.0
// The engine without a worker: for prerendering and tests, where nothing else has to run meanwhile.
import type { Engine, OperationName, RequestOf, ResultOf } from './api.ts'
import { EngineModule } from './module.ts'

export class DirectEngine implements Engine {
  private constructor(private readonly module: EngineModule) {}

  static async open(wasm: BufferSource | WebAssembly.Module): Promise<DirectEngine> {
    return new DirectEngine(await EngineModule.open(wasm))
  }

  async call<N extends OperationName>(name: N, request: RequestOf<N>): Promise<ResultOf<N>> {
    return this.module.call(name, request)
  }
}
