// SPDX-License-Identifier: Apache-2.0
// Writes index.html, the style sheet of the classes that replace inline styles, and the list of files for the service worker.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { render } from 'svelte/server'
import Page from './Page.svelte'
import { StyleClasses } from './classes'
import { languages } from '../content/languages'
import { spoken } from './languages'
import { listings } from './listings'
import { markdown } from './markdown'
import summary from '../content/summary.md?raw'
import { prerenderedFigures } from './figures'
import { head } from '../content/lesson'
import type { Prerendered } from './prerendered'

interface Chunk {
  file: string
  isEntry?: boolean
  css?: string[]
}

function everyFile(folder: string, prefix = ''): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? everyFile(folder, `${prefix}${entry.name}/`) : [`${prefix}${entry.name}`],
  )
}

/** The page without Svelte's comments, which only what is taken over in the browser needs: the diagrams and the formulas. */
function written(pre: Prerendered): string {
  const kept: string[] = []
  const later = (html: string) => `<i data-later="${kept.push(html) - 1}"></i>`
  const figures = Object.fromEntries(Object.entries(pre.figures).map(([id, html]) => [id, later(html)]))
  const { body } = render(Page, { props: { pre: { ...pre, figures, formulas: later(pre.formulas) } } })
  return body.replace(/<!--.*?-->/gs, '').replace(/<i data-later="(\d+)"><\/i>/g, (_, place: string) => kept[Number(place)]!)
}

export async function prerender(root: string, output: string, manifest: Record<string, Chunk>): Promise<void> {
  const chunks = Object.values(manifest)
  const entry = chunks.find((c) => c.isEntry)!
  const sheet = chunks.find((c) => c.file.endsWith('.css'))?.file ?? entry.css?.[0]
  const pre = { ...(await prerenderedFigures(root)), listing: await listings(root), date: head.date }

  const classes = new StyleClasses()
  const body = classes.strip(written(pre))
  for (const [index, { html }] of pre.listing.entries())
    if (index > 0) writeFileSync(join(output, `assets/listing-${index}.html`), classes.strip(html))
  for (const language of languages)
    writeFileSync(join(output, `assets/language-${language.code}.json`), JSON.stringify(spoken(language, (html) => classes.strip(html))))
  const handout = classes.strip(markdown(summary))
  const styles = `assets/page-${createHash('sha256').update(classes.css).digest('hex').slice(0, 8)}.css`
  writeFileSync(join(output, styles), classes.css)

  /** Two fonts of the text and two of the formulas: there before either is laid out, or it would be laid out once more for each. */
  const fonts = everyFile(output).filter((file) =>
    /(source-(serif-4|sans-3)-latin-wght-normal|KaTeX_(Main-Regular|Math-Italic)).*\.woff2$/.test(file),
  )
  const preloads = fonts.map((file) => `<link rel="preload" as="font" type="font/woff2" href="./${file}" crossorigin>`)

  const title = head.title.replace('&', '&amp;')
  const description = `<meta name="description" content="${head.subtitle}">
<meta property="og:type" content="article">
<meta property="og:title" content="${title}: sequence modelling">
<meta property="og:description" content="${head.subtitle}">
<meta property="og:image" content="./card.png">`
  const document = (name: string, more: string, content: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title>
<meta name="color-scheme" content="light dark">
<link rel="icon" href="./icon.svg" type="image/svg+xml">
<script src="./early.js"></script>
<link rel="stylesheet" href="./${sheet}">
<link rel="stylesheet" href="./${styles}">
${more}
</head>
<body>
${content}
</body>
</html>
`
  const script = `<script type="module" src="./${entry.file}"></script>`
  const html = document(`${title}: sequence modelling`, [description, ...preloads, script].join('\n'), body)
  const back = `<p class="ui"><a href="./">${title}: the whole lesson</a></p>`
  writeFileSync(
    join(output, 'summary.html'),
    document(`${title}: two pages for print`, '', `<main class="prose handout">\n${handout}${back}\n</main>`),
  )
  writeFileSync(join(output, 'index.html'), html)

  const files = everyFile(output).filter((file) => file !== 'manifest.json' && file !== 'sw.js')
  const version = createHash('sha256')
  for (const file of files) version.update(file).update(readFileSync(join(output, file)))
  const worker = readFileSync(join(output, 'sw.js'), 'utf8')
  const list = ['./', ...files.filter((f) => f !== 'index.html').map((f) => `./${f}`)]
  writeFileSync(
    join(output, 'sw.js'),
    worker.replace('__VERSION__', version.digest('hex').slice(0, 12)).replace(/['"]__FILES__['"]/, list.map((f) => JSON.stringify(f)).join(', ')),
  )
}
