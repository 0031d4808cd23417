// SPDX-License-Identifier: Apache-2.0
// The engine comes as three modules, so that a page loads only what it comes to: "figures" answers for the diagrams on
// single cells, "training" for train, model, race, quotes and csv, "sequences" for seq2seq. Each is opened when it is first needed.
import type { OperationName, RequestOf, ResultOf } from './api.ts'
import { EngineModule } from './module.ts'

export type ModuleName = 'figures' | 'training' | 'sequences'
export type Wasm = BufferSource | WebAssembly.Module
export type Load = (name: ModuleName) => Wasm | Promise<Wasm>

const moduleOf = (name: OperationName): ModuleName =>
  name.startsWith('seq2seq.') ? 'sequences' : /^(train|model|race|quotes|csv)\./.test(name) ? 'training' : 'figures'

export class EngineModules {
  readonly #opened: Partial<Record<ModuleName, Promise<EngineModule>>> = {}

  constructor(private readonly load: Load) {}

  open(name: ModuleName): Promise<EngineModule> {
    return (this.#opened[name] ??= (async () => EngineModule.open(await this.load(name)))())
  }

  async call<N extends OperationName>(name: N, request: RequestOf<N>): Promise<ResultOf<N>> {
    return (await this.open(moduleOf(name))).call(name, request)
  }
}
