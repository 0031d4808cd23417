// SPDX-License-Identifier: Apache-2.0
// A trained net from a safetensors file with PyTorch's names, run a step at a time: an LSTM, GRU or tanh RNN of one
// direction, with a linear head or none. Synchronous, so it can run where samples come in.
import { EngineError, type Numbers } from './engine/api.ts'
import { EngineModule } from './engine/module.ts'
import type { Wasm } from './engine/modules.ts'

declare module './engine/api.ts' {
  interface Operations {
    'net.open': { request: { bytes: Uint8Array }; result: NetSize & { net: number } }
    'net.step': { request: { net: number; x: number[] }; result: { y: Numbers } }
    'net.reset': { request: { net: number }; result: Record<string, never> }
    'net.close': { request: { net: number }; result: Record<string, never> }
  }
}

export interface NetSize {
  cell: 'lstm' | 'gru' | 'rnn'
  inputs: number
  hidden: number
  layers: number
  /** Of the head; without one, the hidden size. */
  outputs: number
  parameters: number
}

export class Net {
  readonly size: NetSize
  readonly #module: EngineModule
  readonly #net: number

  private constructor(module: EngineModule, net: number, size: NetSize) {
    this.#module = module
    this.#net = net
    this.size = size
  }

  /** Throws EngineError: of kind "format" or "unsupported" for a file that is no such net. */
  static async open(bytes: Uint8Array, wasm: Wasm): Promise<Net> {
    const module = await EngineModule.open(wasm)
    const { net, ...size } = module.call('net.open', { bytes })
    return new Net(module, net, size)
  }

  /** One step or several: `inputs` numbers each in, [steps, outputs] out. The state goes on from call to call. */
  step(x: ArrayLike<number>): Numbers {
    return this.#module.call('net.step', { net: this.#net, x: Array.from(x) }).y
  }

  /** Back to the state of zeros. */
  reset(): void {
    this.#module.call('net.reset', { net: this.#net })
  }

  /** Gives the engine's memory back; the net is of no use afterwards. */
  close(): void {
    this.#module.call('net.close', { net: this.#net })
  }
}

export { EngineError }
