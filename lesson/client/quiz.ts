// SPDX-License-Identifier: Apache-2.0
import { mount } from 'svelte'
import { items } from '../content/quiz'
import Quiz from '../quiz/Quiz.svelte'
import { connect } from './engine'
import { progress } from './progress'
import { turn } from '../parts/turns'

export const start = (place: HTMLElement): Promise<void> =>
  turn(() => {
    const set = place.dataset.set
    const paper = document.createElement('div') // the answers, for print
    paper.className = 'on-paper'
    paper.append(...place.childNodes)
    place.append(paper)
    mount(Quiz, {
      target: place,
      props: { title: place.getAttribute('aria-label') ?? '', items: items.filter((item) => item.set === set), store: progress, engine: connect },
    })
  })
