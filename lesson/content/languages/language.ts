// SPDX-License-Identifier: Apache-2.0
// A second language: prose of whole chapters, and every other string of them as a catalogue from the English that the
// page shows to what it says instead. `{}` stands for what changes, and is itself looked up.
export interface Language {
  code: string
  name: string
  /** What is translated so far, in that language. */
  notice: string
  /** Markdown, by the id of the chapter. It has the same lines `::name argument` as the English. */
  sections: Record<string, string>
  /** Ids of parts of other chapters whose strings are all translated. */
  places: string[]
  words: Record<string, string>
}

/** What the page fetches: the prose as HTML, one piece for each piece of the English chapter. */
export interface Spoken {
  name: string
  notice: string
  sections: Record<string, string[]>
  places: string[]
  words: Record<string, string>
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Says a string in the language; null where the catalogue lacks it. */
export function sayer(words: Record<string, string>): (english: string) => string | null {
  const patterns = Object.entries(words)
    .filter(([english]) => english.includes('{}'))
    .sort(([a], [b]) => b.length - a.length) // the more particular first
    .map(([english, said]) => [new RegExp(`^${english.split('{}').map(escape).join('(.+?)')}$`, 's'), said.split('{}')] as const)
  return function say(english: string): string | null {
    if (Object.hasOwn(words, english)) return words[english]!
    for (const [pattern, parts] of patterns) {
      const found = pattern.exec(english)
      if (found) return parts.map((part, i) => part + (i + 1 < parts.length ? (say(found[i + 1]!) ?? found[i + 1]!) : '')).join('')
    }
    return null
  }
}
