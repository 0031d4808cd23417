// SPDX-License-Identifier: Apache-2.0
// ?lang=de: the translated chapters in place of the English, and their other strings by the catalogue, also those that a
// diagram or a question writes later. What is not translated stays as it is, and says so by its lang attribute.
import { sayer, type Spoken } from '../content/languages/language'

const spokenAttributes = ['aria-label', 'aria-valuetext', 'title']

function translate(root: Element, say: (english: string) => string | null): void {
  const sayText = (node: Text) => {
    const text = node.data.trim()
    const said = text && !node.parentElement?.closest('.katex, code, .prose') ? say(text.replace(/\s+/g, ' ')) : null
    if (said !== null && said !== text) node.data = node.data.replace(text, () => said)
  }
  const sayElement = (element: Element) => {
    for (const name of spokenAttributes) {
      const value = element.getAttribute(name)
      const said = value === null ? null : say(value)
      if (said !== null && said !== value) element.setAttribute(name, said)
    }
  }
  const sayTree = (node: Node) => {
    if (node instanceof Text) return sayText(node)
    if (!(node instanceof Element)) return
    sayElement(node)
    node.childNodes.forEach(sayTree)
  }
  sayTree(root)
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === 'characterData') sayText(target as Text)
      else if (type === 'attributes') sayElement(target as Element)
      else addedNodes.forEach(sayTree)
    }
  }).observe(root, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: spokenAttributes })
}

export async function speak(code: string): Promise<void> {
  const answer = /^[a-z]{2}$/.test(code) ? await fetch(`./assets/language-${code}.json`) : null
  if (!answer?.ok) return
  const { notice, sections, places, words } = (await answer.json()) as Spoken
  const say = sayer(words)
  for (const [id, pieces] of Object.entries(sections)) {
    const section = document.getElementById(id)!
    section.lang = code
    section.querySelectorAll(':scope > .prose').forEach((prose, i) => (prose.innerHTML = pieces[i]!))
    translate(section, say)
  }
  for (const id of places) {
    const box = document.getElementById(id)!
    box.lang = code
    translate(box, say)
  }
  const place = document.getElementById('engine-notice')!
  const said = document.createElement('p')
  said.className = 'note ui'
  said.lang = code
  const [link] = Object.keys(sections)
  said.innerHTML = `<a href="#${link}"></a>`
  said.firstElementChild!.textContent = notice
  place.before(said)
}
