// SPDX-License-Identifier: Apache-2.0
// What a figure's permalink may hold: fields with defaults and limits. A fragment such as #d2?g=1.2&seed=7&v=1 is parsed,
// checked and clamped; every change is said in words.

export type Field =
  | { kind: 'number'; default: number; min: number; max: number; integer?: boolean }
  | { kind: 'choice'; default: string; options: readonly string[] }
  | { kind: 'flag'; default: boolean }
  | { kind: 'text'; default: string; most: number; pattern?: RegExp; form?: string }
  | { kind: 'list'; default: readonly number[]; min: number; max: number; least: number; most: number }

export type Fields = Record<string, Field>

export type Values<F extends Fields> = {
  [K in keyof F]: F[K] extends { kind: 'number' }
    ? number
    : F[K] extends { kind: 'choice'; options: readonly (infer O)[] }
      ? O
      : F[K] extends { kind: 'flag' }
        ? boolean
        : F[K] extends { kind: 'list' }
          ? number[]
          : string
}

export const kLinkVersion = 1

export const number = (value: number, min: number, max: number) => ({ kind: 'number', default: value, min, max }) as const
export const integer = (value: number, min: number, max: number) => ({ kind: 'number', default: value, min, max, integer: true }) as const
export const choice = <const O extends readonly string[]>(value: O[number], options: O) =>
  ({ kind: 'choice', default: value as string, options }) as const
export const flag = (value: boolean) => ({ kind: 'flag', default: value }) as const
export const text = (value: string, most: number) => ({ kind: 'text', default: value, most }) as const
export const digitString = (value: string, most: number) =>
  ({ kind: 'text', default: value, most, pattern: /^\d+$/, form: 'holds something other than digits' }) as const
/** Sixteen hexadecimal digits, or none. */
export const key = () => ({ kind: 'text', default: '', most: 16, pattern: /^[0-9a-f]{16}$/ }) as const
export const list = (value: readonly number[], min: number, max: number, least = value.length, most = value.length) =>
  ({ kind: 'list', default: value, min, max, least, most }) as const

export function defaults<F extends Fields>(fields: F): Values<F> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, Array.isArray(field.default) ? [...field.default] : field.default]),
  ) as Values<F>
}

const short = (x: number) => String(Number(x.toPrecision(6)))

function fit(name: string, x: number, field: { min: number; max: number; integer?: boolean }, notes: string[]): number {
  let value = Math.min(field.max, Math.max(field.min, x))
  if (value !== x) notes.push(`${name} = ${short(x)} is outside ${short(field.min)} to ${short(field.max)}; it is now ${short(value)}`)
  if (field.integer && !Number.isInteger(value)) {
    value = Math.round(value)
    notes.push(`${name} must be a whole number; it is now ${value}`)
  }
  return value
}

function readOne(name: string, raw: string, field: Field, notes: string[]): unknown {
  const refuse = (why: string) => {
    notes.push(`${name} ${why}; the default stands`)
    return undefined
  }
  if (field.kind === 'flag') return raw === '1' ? true : raw === '0' ? false : refuse('is neither 0 nor 1')
  if (field.kind === 'choice') return field.options.includes(raw) ? raw : refuse(`is none of ${field.options.join(', ')}`)
  if (field.kind === 'text') {
    if (raw === '') return refuse('is empty')
    if (field.pattern && !field.pattern.test(raw)) return refuse(field.form ?? 'is not of its form')
    if (raw.length > field.most) notes.push(`${name} was cut after ${field.most} characters`)
    return raw.slice(0, field.most)
  }
  if (field.kind === 'number') {
    const x = raw.trim() === '' ? NaN : Number(raw)
    return Number.isFinite(x) ? fit(name, x, field, notes) : refuse('is not a number')
  }
  const parts = raw.split(',').map((p) => (p.trim() === '' ? NaN : Number(p)))
  if (parts.length < field.least || parts.length > field.most)
    return refuse(`needs ${field.least === field.most ? field.least : `${field.least} to ${field.most}`} numbers`)
  if (!parts.every(Number.isFinite)) return refuse('holds something that is not a number')
  return parts.map((x) => fit(name, x, field, notes))
}

export interface Fragment {
  /** The element that the fragment names. */
  id: string
  query: string
}

/** "#d2?g=1.2" to its two parts; null if it names nothing. */
export function splitFragment(hash: string): Fragment | null {
  const match = /^#([A-Za-z][\w-]*)(?:\?(.*))?$/s.exec(hash)
  return match ? { id: match[1]!, query: match[2] ?? '' } : null
}

/** The largest value that a number may have beside the others: a step must lie within the text that is read. */
export type Limits<F extends Fields> = (values: Values<F>) => Partial<Record<keyof F & string, number>>

export function parseQuery<F extends Fields>(fields: F, query: string, limits?: Limits<F>): { values: Values<F>; notes: string[] } {
  const values: Record<string, unknown> = defaults(fields)
  const notes: string[] = []
  const given = new URLSearchParams(query)
  const version = given.get('v')
  if (version !== null && Number(version) !== kLinkVersion) {
    notes.push(`the link is of version ${version.slice(0, 12)}, and this page knows version ${kLinkVersion}; the defaults stand`)
    return { values: values as Values<F>, notes }
  }
  for (const name of new Set(given.keys())) {
    const raw = given.get(name) ?? ''
    if (given.getAll(name).length > 1) notes.push(`“${name.slice(0, 20)}” is given more than once; the first stands`)
    if (name === 'v') continue
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (!field) {
      notes.push(`“${name.slice(0, 20)}” is unknown here`)
      continue
    }
    const value = readOne(name, raw, field, notes)
    if (value !== undefined) values[name] = value
  }
  for (const [name, most] of Object.entries<number | undefined>(limits?.(values as Values<F>) ?? {})) {
    const value = values[name] as number
    if (most === undefined || !given.has(name) || value <= most) continue
    values[name] = most
    notes.push(`${name} = ${short(value)} is more than ${short(most)}, the most beside the other values; it is now ${short(most)}`)
  }
  return { values: values as Values<F>, notes }
}

/** Only what differs from the defaults, and the version. */
export function formatQuery<F extends Fields>(fields: F, values: Values<F>): string {
  const out = new URLSearchParams()
  for (const [name, field] of Object.entries(fields)) {
    const value = (values as Record<string, unknown>)[name]
    const written = Array.isArray(value)
      ? value.map((x) => short(x as number)).join(',')
      : typeof value === 'boolean'
        ? value
          ? '1'
          : '0'
        : typeof value === 'number'
          ? short(value)
          : String(value)
    const standard = Array.isArray(field.default)
      ? field.default.map(short).join(',')
      : typeof field.default === 'boolean'
        ? field.default
          ? '1'
          : '0'
        : typeof field.default === 'number'
          ? short(field.default)
          : String(field.default)
    if (written !== standard) out.set(name, written)
  }
  out.set('v', String(kLinkVersion))
  return out.toString().replaceAll('%2C', ',')
}
