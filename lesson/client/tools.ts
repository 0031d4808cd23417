// SPDX-License-Identifier: Apache-2.0
// The tools at the top: light or dark, and the reader's progress to a file and back.
import { download } from '../parts/download'
import { ProgressError } from '../state/progress'
import { progress } from './progress'

function button(text: string, press: () => void): HTMLButtonElement {
  const element = document.createElement('button')
  element.type = 'button'
  element.textContent = text
  element.addEventListener('click', press)
  return element
}

export function start(place: HTMLElement): void {
  const said = document.createElement('span')
  said.setAttribute('role', 'status')
  said.id = 'tools-said'
  const say = (text: string) => (said.textContent = text)

  const file = document.createElement('input')
  file.type = 'file'
  file.accept = 'application/json,.json'
  file.hidden = true
  file.id = 'progress-file'
  file.setAttribute('aria-label', 'Progress file')
  file.addEventListener('change', async () => {
    const chosen = file.files?.[0]
    if (!chosen) return
    try {
      progress.import(await chosen.text())
      say('Progress taken over; the newer answer to each question stands.')
    } catch (error) {
      if (!(error instanceof ProgressError)) throw error
      say(`This file was not taken over: ${error.message}.`)
    }
    file.value = ''
  })

  const english = !new URLSearchParams(location.search).has('lang')
  const language = document.createElement('a')
  language.className = 'button'
  language.lang = language.hreflang = english ? 'de' : 'en'
  language.textContent = english ? 'Deutsch' : 'English'
  language.href = english ? '?lang=de' : './'
  language.addEventListener('click', () => (language.hash = location.hash))

  const theme = button('', () => progress.theme(dark() ? 'light' : 'dark'))
  const system = matchMedia('(prefers-color-scheme: dark)')
  const dark = () => (progress.progress.settings.theme ?? (system.matches ? 'dark' : 'light')) === 'dark'
  const label = () => (theme.textContent = dark() ? 'Light' : 'Dark')
  system.addEventListener('change', label)

  place.append(
    language,
    theme,
    button('Export progress', () => download(progress.export(), 'lesson-progress.json', 'application/json')),
    button('Import', () => file.click()),
    file,
    said,
  )
  progress.subscribe(({ settings }) => {
    if (settings.theme) document.documentElement.dataset.theme = settings.theme
    else delete document.documentElement.dataset.theme
    label()
    if (progress.notice) say(progress.notice)
  })
}
