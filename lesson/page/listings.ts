// SPDX-License-Identifier: Apache-2.0
// The listings are read from examples/ when the page is built; a line that a phase of training runs carries data-phase.
import { readFileSync, existsSync } from 'node:fs'
import { createHighlighter } from 'shiki'
import type { ListingTab } from './prerendered'

const files = [
  { name: 'PyTorch', file: 'examples/lstm_forecaster.py', language: 'python' },
  { name: 'C++ with Recurra', file: 'examples/lstm_forecaster.cc', language: 'cpp' },
  { name: 'Python with Recurra', file: 'examples/lstm_forecaster_recurra.py', language: 'python' },
] as const

/** Which lines belong to which phase of a training step, in any of the languages. */
const phases: [string, RegExp][] = [
  ['evaluate', /net\.eval\(|validation = |training ?= ?false/i],
  ['forward', /mse_loss\(/],
  ['backward', /(loss|tape)\.backward\(/],
  ['clip', /clip_grad_norm/],
  ['step', /adam\.step\(/],
]

const phaseOf = (line: string) => phases.find(([, pattern]) => pattern.test(line))?.[0]

export async function listings(root: string): Promise<ListingTab[]> {
  const highlighter = await createHighlighter({ themes: ['github-light-high-contrast', 'github-dark-high-contrast'], langs: ['python', 'cpp'] })
  const tabs = files
    .filter((f) => existsSync(`${root}/${f.file}`))
    .map(({ name, file, language }) => {
      const source = readFileSync(`${root}/${file}`, 'utf8').trimEnd()
      const lines = source.split('\n')
      const html = highlighter.codeToHtml(source, {
        lang: language,
        themes: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
        defaultColor: false,
        mergeSameStyleTokens: true,
        transformers: [
          {
            pre: (node) => void (node.properties = { class: 'shiki', tabindex: '0', role: 'group', 'aria-label': `${name}: ${file}` }),
            line(node, number) {
              const phase = phaseOf(lines[number - 1] ?? '')
              if (phase) node.properties['data-phase'] = phase
            },
          },
        ],
      })
      return { name, file, html, source }
    })
  highlighter.dispose()
  return tabs
}
