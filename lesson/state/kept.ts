// SPDX-License-Identifier: Apache-2.0
// The states of the diagrams over a reload: one key in the storage of the tab, the query of each diagram's link. Where there is no
// such storage a reload returns to the defaults, as it would without this.

const kKey = 'recurra-lesson-states'

export class KeptStates {
  constructor(private readonly storage: () => Pick<Storage, 'getItem' | 'setItem'>) {}

  /** The query that a diagram was left with; '' if it stood at its defaults. */
  read(id: string): string {
    const query = this.#all()[id]
    return typeof query === 'string' ? query : ''
  }
  write(id: string, query: string): void {
    try {
      this.storage().setItem(kKey, JSON.stringify({ ...this.#all(), [id]: query === 'v=1' ? '' : query }))
    } catch {
      return // blocked or full
    }
  }

  #all(): Record<string, unknown> {
    try {
      const data: unknown = JSON.parse(this.storage().getItem(kKey) ?? '{}')
      return typeof data === 'object' && data !== null && !Array.isArray(data) ? { ...data } : {}
    } catch {
      return {}
    }
  }
}
