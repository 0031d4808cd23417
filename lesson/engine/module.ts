// SPDX-License-Identifier: Apache-2.0
// The WebAssembly module and the one call that it answers (wasm/message.h says how requests and replies are written).
// Synchronous; runs in a worker, in Node, anywhere that has WebAssembly.
import { EngineError, type OperationName, type RequestOf, type ResultOf } from './api.ts'

interface Exports {
  memory: WebAssembly.Memory
  _initialize(): void
  recurra_allocate(size: number): number
  recurra_free(at: number): void
  recurra_call(name: number, nameSize: number, request: number, requestSize: number): number
  recurra_text(): number
  recurra_text_size(): number
  recurra_numbers(): number
  recurra_numbers_count(): number
  recurra_bytes(): number
  recurra_bytes_size(): number
}

/** By the code that recurra_call returns. */
const kinds = ['value', 'value', 'shape', 'format', 'io', 'unsupported', 'memory'] as const

const isNumbers = (value: unknown): value is { shape: number[]; at: number } =>
  typeof value === 'object' && value !== null && 'at' in value && 'shape' in value

/** A reply as the typed result: arrays become views of `numbers`, and those without extents the number itself. */
export function decode(text: string, numbers: Float64Array): Record<string, unknown> {
  return JSON.parse(text, (_key, value: unknown) => {
    if (!isNumbers(value)) return value
    if (value.shape.length === 0) return numbers[value.at]
    const size = value.shape.reduce((product, extent) => product * extent, 1)
    return { shape: value.shape, data: numbers.subarray(value.at, value.at + size) }
  }) as Record<string, unknown>
}

type Content = number[] | Uint8Array

/** The fields of a request, flat: {clamp: {gate: 'f'}} is "clamp.gate". Flags are 0 or 1; null and undefined are left out. */
function fieldsOf(request: object, prefix = ''): [string, Content][] {
  return Object.entries(request).flatMap(([key, value]: [string, unknown]): [string, Content][] => {
    const name = prefix + key
    if (value === null || value === undefined) return []
    if (typeof value === 'number' || typeof value === 'boolean') return [[name, [Number(value)]]]
    if (typeof value === 'string') return [[name, new TextEncoder().encode(value)]]
    if (value instanceof Uint8Array) return [[name, value]]
    if (Array.isArray(value)) return [[name, value as number[]]]
    return fieldsOf(value as object, `${name}.`)
  })
}

const padded = (size: number): number => Math.ceil(size / 8) * 8

/** The layout that wasm/message.cc reads. */
export function encode(request: object): Uint8Array {
  const fields = fieldsOf(request).map(([name, content]) => ({ name: new TextEncoder().encode(name), content }))
  const bytesOf = (content: Content) => (content instanceof Uint8Array ? content.length : content.length * 8)
  const total = fields.reduce((sum, field) => sum + 16 + padded(field.name.length) + padded(bytesOf(field.content)), 0)
  const out = new Uint8Array(total)
  const view = new DataView(out.buffer)
  let at = 0
  for (const { name, content } of fields) {
    view.setUint32(at, name.length, true)
    view.setUint32(at + 4, content instanceof Uint8Array ? 1 : 0, true)
    view.setUint32(at + 8, content.length, true)
    out.set(name, at + 16)
    at += 16 + padded(name.length)
    if (content instanceof Uint8Array) out.set(content, at)
    else content.forEach((value, i) => view.setFloat64(at + 8 * i, value, true))
    at += padded(bytesOf(content))
  }
  return out
}

/** The smallest modules that use what the engine needs: a vector, and a handler of exceptions. */
const probes: [string, number[]][] = [
  ['vector instructions (SIMD)', [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]],
  ['exceptions', [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 6, 64, 25, 11, 11]],
]

/** What this machine's WebAssembly lacks, in words; empty if nothing. */
export function lacking(validate: (bytes: Uint8Array<ArrayBuffer>) => boolean = WebAssembly.validate): string {
  const missing = probes.filter(([, bytes]) => !validate(new Uint8Array(bytes))).map(([name]) => name)
  return missing.length === 0 ? '' : `its WebAssembly has no ${missing.join(' and no ')}; current versions of every browser have them`
}

export class EngineModule {
  readonly #exports: Exports

  private constructor(instance: WebAssembly.Instance) {
    this.#exports = instance.exports as unknown as Exports
    this.#exports._initialize()
  }

  /** Throws EngineError of kind "unsupported", with the reason, if this machine cannot run the module. */
  static async open(wasm: BufferSource | WebAssembly.Module): Promise<EngineModule> {
    const missing = lacking()
    if (missing) throw new EngineError('unsupported', missing)
    try {
      const module = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(wasm)
      const exit = (code: number): never => {
        throw new EngineError('crash', `the engine stopped with status ${code}`)
      }
      return new EngineModule(await WebAssembly.instantiate(module, { wasi_snapshot_preview1: { proc_exit: exit } }))
    } catch (error) {
      throw new EngineError('unsupported', error instanceof Error ? error.message : String(error))
    }
  }

  get heapBytes(): number {
    return this.#exports.memory.buffer.byteLength
  }

  /**
   * Runs one operation. Throws EngineError: of the engine's own kinds, after which the module is as good as before, or of
   * kind "crash" after a trap, after which it must be thrown away.
   */
  call<N extends OperationName>(name: N, request: RequestOf<N>): ResultOf<N> {
    const nameBytes = new TextEncoder().encode(name)
    const fields = encode(request)
    const nameAt = this.#put(nameBytes)
    const fieldsAt = this.#put(fields)
    let code: number
    try {
      code = this.#exports.recurra_call(nameAt, nameBytes.length, fieldsAt, fields.length)
    } catch (error) {
      throw new EngineError('crash', error instanceof Error ? error.message : String(error))
    }
    this.#exports.recurra_free(nameAt)
    this.#exports.recurra_free(fieldsAt)
    return this.#reply(code) as ResultOf<N>
  }

  #put(bytes: Uint8Array): number {
    const at = this.#exports.recurra_allocate(Math.max(bytes.length, 1))
    if (at === 0) throw new EngineError('memory', `the engine has no room for ${bytes.length} bytes`)
    new Uint8Array(this.#exports.memory.buffer, at, bytes.length).set(bytes)
    return at
  }

  #reply(code: number): unknown {
    const e = this.#exports
    const text = new TextDecoder().decode(new Uint8Array(e.memory.buffer, e.recurra_text(), e.recurra_text_size()))
    if (code !== 0) throw new EngineError(kinds[code] ?? 'value', text)
    const numbers = new Float64Array(e.recurra_numbers_count())
    if (numbers.length > 0) numbers.set(new Float64Array(e.memory.buffer, e.recurra_numbers(), numbers.length))
    const result = decode(text, numbers)
    const size = e.recurra_bytes_size()
    if (size > 0) result.bytes = new Uint8Array(e.memory.buffer, e.recurra_bytes(), size).slice()
    return result
  }
}
