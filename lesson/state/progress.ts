// SPDX-License-Identifier: Apache-2.0
// The reader's answers and settings: one versioned key in the browser's storage. Between tabs the newest answer to each item
// wins; data that cannot be read are set aside under another key, never erased; without storage, or where there is no room to
// set them aside, progress lives in memory.

export interface Answer {
  /** Milliseconds since 1970. */
  at: number
  right: boolean
  /** Whether the very first answer was right; that of `right` where it is missing, as in older files. */
  first?: boolean
  /** How many times in a row it was right: how long it may rest before it comes up again. */
  box?: number
}

const kDay = 24 * 60 * 60 * 1000
/** Days that an answer rests, by its box. */
const kRest = [0, 1, 3, 7, 21]

/** Whether an answered question should come up again. */
export const due = ({ at, right, box }: Answer, now: number): boolean => !right || now - at >= kRest[Math.min(box ?? 1, kRest.length - 1)]! * kDay

/** What was guessed before a diagram: one of its answers, or a curve by its points. */
export interface Guess {
  at: number
  option?: number
  drawn?: number[]
}

export interface Progress {
  version: number
  answers: Record<string, Answer>
  /** Sections read to their end. */
  read: Record<string, number>
  /** Of the diagrams; and the goals that were reached with them. */
  guesses: Record<string, Guess>
  goals: Record<string, number>
  settings: { theme?: 'light' | 'dark'; at: number }
}

export const kKey = 'recurra-lesson'
export const kVersion = 1

/** Step n turns data of version n into version n + 1. */
export type Migrations = Record<number, (old: Record<string, unknown>) => Record<string, unknown>>

export const empty = (): Progress => ({ version: kVersion, answers: {}, read: {}, guesses: {}, goals: {}, settings: { at: 0 } })

export class ProgressError extends Error {}

const isRecord = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null && !Array.isArray(x)
const isTime = (x: unknown): x is number => typeof x === 'number' && Number.isFinite(x) && x >= 0

/** Two clocks may differ by this much. A stamp that lies further ahead says nothing of when: it counts as the oldest of all, or
 * no later answer could ever replace it. */
const kClockSlack = 60_000

/** Reads a text of any version up to this one, as of the time `now`. Throws ProgressError with the reason. */
export function parse(text: string, migrations: Migrations = {}, version = kVersion, now = Date.now()): Progress {
  const credible = (at: number) => (at > now + kClockSlack ? 0 : at)
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    throw new ProgressError('it is not JSON')
  }
  if (!isRecord(data) || typeof data.version !== 'number') throw new ProgressError('it has no version')
  if (data.version > version) throw new ProgressError(`it is of version ${data.version}, and this page knows versions up to ${version}`)
  let upgraded: Record<string, unknown> = data
  for (let from = data.version; from < version; ++from) {
    const step = migrations[from]
    if (!step) throw new ProgressError(`it is of version ${data.version}, which this page no longer reads`)
    upgraded = { ...step(upgraded), version: from + 1 }
  }
  const { answers, read, settings } = upgraded
  if (!isRecord(answers) || !isRecord(read) || !isRecord(settings)) throw new ProgressError('a part is missing')
  const result: Progress = { ...empty(), version }
  for (const [id, answer] of Object.entries(answers)) {
    if (!isRecord(answer) || !isTime(answer.at) || typeof answer.right !== 'boolean') throw new ProgressError(`the answer to ${id} is damaged`)
    const { first, box } = answer
    result.answers[id] = {
      at: credible(answer.at),
      right: answer.right,
      ...(typeof first === 'boolean' ? { first } : {}),
      ...(Number.isInteger(box) && (box as number) >= 0 ? { box: box as number } : {}),
    }
  }
  for (const [id, at] of Object.entries(read)) {
    if (!isTime(at)) throw new ProgressError(`the mark of ${id} is damaged`)
    result.read[id] = credible(at)
  }
  // A file of the first edition has neither; what is no guess is left out.
  for (const [id, guess] of Object.entries(isRecord(upgraded.guesses) ? upgraded.guesses : {})) {
    if (!isRecord(guess) || !isTime(guess.at)) continue
    const { option, drawn } = guess
    if (Number.isInteger(option)) result.guesses[id] = { at: credible(guess.at), option: option as number }
    else if (Array.isArray(drawn) && drawn.every((y) => typeof y === 'number' && Number.isFinite(y)))
      result.guesses[id] = { at: credible(guess.at), drawn: drawn as number[] }
  }
  for (const [id, when] of Object.entries(isRecord(upgraded.goals) ? upgraded.goals : {})) if (isTime(when)) result.goals[id] = credible(when)
  const { theme, at } = settings
  if (!isTime(at) || (theme !== undefined && theme !== 'light' && theme !== 'dark')) throw new ProgressError('the settings are damaged')
  result.settings = theme ? { theme, at: credible(at) } : { at: credible(at) }
  return result
}

/** The newer of each entry. */
export function merge(a: Progress, b: Progress): Progress {
  const out: Progress = {
    ...empty(),
    answers: { ...a.answers },
    read: { ...a.read },
    guesses: { ...a.guesses },
    goals: { ...b.goals, ...a.goals },
    settings: a.settings.at >= b.settings.at ? a.settings : b.settings,
  }
  for (const [id, answer] of Object.entries(b.answers)) if (!(id in out.answers) || answer.at > out.answers[id]!.at) out.answers[id] = answer
  for (const [id, guess] of Object.entries(b.guesses)) if (!(id in out.guesses) || guess.at > out.guesses[id]!.at) out.guesses[id] = guess
  for (const [id, at] of Object.entries(b.read)) out.read[id] = Math.max(out.read[id] ?? 0, at)
  return out
}

export interface Store {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

type Listener = (progress: Progress) => void

export class ProgressStore {
  #progress = empty()
  #listeners = new Set<Listener>()
  /** Said once to the reader; empty if all is well. */
  notice = ''
  /** The question answered last on this page: it may not be tried again at once, when the reason still stands there. */
  lastAnswered = ''
  /** What is stored could neither be read nor set aside: it stays as it is, and nothing more is written. */
  #untouchable = false

  constructor(
    private readonly store: Store | null,
    private readonly now: () => number = Date.now,
  ) {
    if (!store) this.notice = 'Your browser keeps nothing for this page, so progress lasts until you close it.'
    this.#progress = this.#read()
  }

  get progress(): Progress {
    return this.#progress
  }

  answer(id: string, right: boolean): void {
    const before = this.#progress.answers[id]
    const first = before ? (before.first ?? before.right) : right
    const box = right ? Math.min(kRest.length - 1, (before?.box ?? 0) + 1) : 0
    this.lastAnswered = id
    this.#write({ ...empty(), answers: { [id]: { at: this.now(), right, first, box } } })
  }
  read(id: string): void {
    if (!(id in this.#progress.read)) this.#write({ ...empty(), read: { [id]: this.now() } })
  }
  guess(id: string, guess: Omit<Guess, 'at'>): void {
    this.#write({ ...empty(), guesses: { [id]: { ...guess, at: this.now() } } })
  }
  goal(id: string): void {
    if (!(id in this.#progress.goals)) this.#write({ ...empty(), goals: { [id]: this.now() } })
  }
  theme(theme: 'light' | 'dark' | undefined): void {
    this.#write({ ...empty(), settings: theme ? { theme, at: this.now() } : { at: this.now() } })
  }
  /** Adds what an exported file holds. Throws ProgressError. */
  import(text: string): void {
    this.#write(parse(text, {}, kVersion, this.now()))
  }
  export(): string {
    return `${JSON.stringify(this.#progress, null, 1)}\n`
  }
  /** Another tab wrote. */
  refresh(): void {
    this.#progress = merge(this.#progress, this.#read())
    this.#tell()
  }
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    listener(this.#progress)
    return () => this.#listeners.delete(listener)
  }

  #read(): Progress {
    const text = this.#untouchable ? null : this.store?.getItem(kKey)
    if (!text) return empty()
    try {
      return parse(text, {}, kVersion, this.now())
    } catch (error) {
      this.#setAside(text, (error as Error).message)
      return empty()
    }
  }
  #setAside(text: string, why: string): void {
    const unread = `Your saved progress could not be read: ${why}.`
    try {
      this.store?.setItem(`${kKey}-set-aside-${this.now()}`, text)
      this.store?.setItem(kKey, JSON.stringify(empty()))
      this.notice = `${unread} It was set aside, not erased, and you start afresh.`
    } catch {
      this.#untouchable = true
      this.notice = `${unread} There is no room to set it aside, so it stays where it is, and what you do now lasts until you close this page.`
    }
  }
  #write(change: Progress): void {
    this.#progress = merge(merge(this.#progress, this.#read()), change)
    try {
      if (!this.#untouchable) this.store?.setItem(kKey, JSON.stringify(this.#progress))
    } catch {
      this.notice = 'Your browser has no room left for this page, so progress lasts until you close it.'
    }
    this.#tell()
  }
  #tell(): void {
    for (const listener of this.#listeners) listener(this.#progress)
  }
}

/** The browser's storage, or null where it is blocked. One that is full can still be read. */
export function browserStore(): Store | null {
  try {
    localStorage.getItem(kKey)
    return localStorage
  } catch {
    return null
  }
}
