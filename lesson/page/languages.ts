// SPDX-License-Identifier: Apache-2.0
// What the page fetches of each language beside English.
import { sections } from '../content/lesson'
import type { Language, Spoken } from '../content/languages/language'
import { blocks } from './markdown'

/** The prose has to fall into the same pieces as the English: it takes their places. */
export function spoken({ code, name, notice, sections: translated, places, words }: Language, strip: (html: string) => string): Spoken {
  const pieces = Object.entries(translated).map(([id, text]) => {
    const [here, there] = [blocks(text), blocks(sections.find((section) => section.id === id)!.text)]
    const shape = (parts: typeof here) => parts.map((part) => (part.kind === 'html' ? 'prose' : `${part.kind} ${part.id}`)).join(', ')
    if (shape(here) !== shape(there)) throw new Error(`${code}, chapter ${id}: expected ${shape(there)}, found ${shape(here)}`)
    return [id, here.flatMap((part) => (part.kind === 'html' ? [strip(part.html)] : []))] as const
  })
  return { name, notice, sections: Object.fromEntries(pieces), places, words }
}
