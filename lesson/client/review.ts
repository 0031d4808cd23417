// SPDX-License-Identifier: Apache-2.0
import { mount } from 'svelte'
import { items } from '../content/quiz'
import Review from '../quiz/Review.svelte'
import { connect } from './engine'
import { progress } from './progress'
import { turn } from '../parts/turns'

export const start = (place: HTMLElement): Promise<void> =>
  turn(() => void mount(Review, { target: place, props: { items, store: progress, engine: connect } }))
