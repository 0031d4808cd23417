// SPDX-License-Identifier: Apache-2.0
// The lesson's Markdown at build time: formulas by KaTeX, citations [@key], glossary links [[term]], and lines `::name argument`
// that stand for a figure, a listing or a set of questions. Gate letters in formulas carry the colour of their quantity.
import katex from 'katex'
import { Marked } from 'marked'
import { glossary } from '../content/glossary'
import { references } from '../content/references'

export type Block = { kind: 'html'; html: string } | { kind: 'figure' | 'check' | 'listing'; id: string }

/** Macros: \qf is the letter f in the colour of the forget gate, and so on; \dd{x} is a gradient. */
const macros = {
  '\\qf': '\\htmlClass{q-f}{f}',
  '\\qi': '\\htmlClass{q-i}{i}',
  '\\qo': '\\htmlClass{q-o}{o}',
  '\\qg': '\\htmlClass{q-g}{g}',
  '\\qh': '\\htmlClass{q-h}{h}',
  '\\qc': '\\htmlClass{q-c}{c}',
  '\\qz': '\\htmlClass{q-f}{z}',
  '\\qr': '\\htmlClass{q-i}{r}',
  '\\qn': '\\htmlClass{q-g}{n}',
  '\\grad': '\\htmlClass{q-grad}{#1}',
  '\\diag': '\\operatorname{diag}',
  '\\R': '\\mathbb{R}',
}

export function formula(source: string, display = false): string {
  return katex.renderToString(source, {
    displayMode: display,
    macros: { ...macros },
    strict: (code: string) => (code === 'htmlExtension' ? 'ignore' : 'error'),
    trust: (context) => context.command === '\\htmlClass',
    throwOnError: true,
  })
}

const escape = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)

function cite(key: string): string {
  const reference = references.find((r) => r.key === key)
  if (!reference) throw new Error(`no reference has the key ${key}`)
  return `<a class="cite" href="#ref-${key}">${escape(reference.short)}</a>`
}

/** [[term]], or [[term|as the sentence has it]]. */
function define(link: string): string {
  const [term = '', shown = term] = link.split('|')
  const entry = glossary.find((g) => g.term.toLowerCase() === term.toLowerCase())
  if (!entry) throw new Error(`the glossary lacks ${term}`)
  return `<a class="term" href="#${glossaryId(entry.term)}">${escape(shown)}</a>`
}

export const glossaryId = (term: string) => `term-${term.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`

const inline = (name: string, start: string, pattern: RegExp, render: (text: string) => string) => ({
  name,
  level: 'inline' as const,
  start: (source: string) => source.indexOf(start),
  tokenizer(source: string) {
    const match = pattern.exec(source)
    return match ? { type: name, raw: match[0], text: match[1] ?? '' } : undefined
  },
  renderer: (token: { text?: string }) => render(token.text ?? ''),
})

const marked = new Marked({ async: false })
marked.use({
  extensions: [
    {
      name: 'display',
      level: 'block',
      start: (source) => source.indexOf('$$'),
      tokenizer(source) {
        const match = /^\$\$([\s\S]+?)\$\$(?:\n|$)/.exec(source)
        return match ? { type: 'display', raw: match[0], text: match[1] } : undefined
      },
      renderer: (token) => `<div class="display" tabindex="0" role="group" aria-label="Formula">${formula(token.text, true)}</div>`,
    },
    inline('math', '$', /^\$([^$\n]+?)\$/, (text) => formula(text)),
    inline('cite', '[@', /^\[@([a-z0-9-]+)\]/, cite),
    inline('define', '[[', /^\[\[([^\]]+)\]\]/, define),
  ],
})

export const markdown = (text: string) => marked.parse(text) as string
export const markdownInline = (text: string) => marked.parseInline(text) as string

/** Splits at the lines `::figure d1`, `::check bptt`, `::listing forecaster`. */
export function blocks(text: string): Block[] {
  const out: Block[] = []
  for (const part of text.split(/^(::\w+ [\w-]+)$/m)) {
    const match = /^::(figure|check|listing) ([\w-]+)$/.exec(part)
    if (match) out.push({ kind: match[1] as 'figure' | 'check' | 'listing', id: match[2]! })
    else if (part.startsWith('::')) throw new Error(`what is ${part}?`)
    else if (part.trim()) out.push({ kind: 'html', html: markdown(part) })
  }
  return out
}
