// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { spoken } from '../../page/languages'
import { languages } from '.'
import { sayer } from './language'

describe.each(languages.map((language) => [language.code, language] as const))('%s', (_, language) => {
  test('its chapters fall into the pieces of the English ones', () => {
    const { sections } = spoken(language, (html) => html)
    for (const pieces of Object.values(sections)) for (const piece of pieces) expect(piece).toContain('<p>')
  })
  test('says as many changing parts as the English has, and nothing that it would say once more', () => {
    const say = sayer(language.words)
    const gaps = (text: string) => text.split('{}').length
    for (const [english, said] of Object.entries(language.words)) {
      expect(gaps(said), english).toBe(gaps(english))
      expect(say(said) ?? said, english).toBe(said)
    }
  })
})

test('a part that changes is looked up itself, the longer entry first, and what is unknown stays', () => {
  const say = sayer({ 'step {}: {}': 'Schritt {}: {}', 'in all {}': 'im Ganzen {}', '{} steps': '{} Schritte', 'about {} steps': 'etwa {} Schritte' })
  expect(say('step 3: in all 4')).toBe('Schritt 3: im Ganzen 4')
  expect(say('about 5 steps')).toBe('etwa 5 Schritte')
  expect(say('nothing of it')).toBeNull()
})
