// SPDX-License-Identifier: Apache-2.0
import 'katex/dist/katex.min.css'
import '../design/tokens.css'
import '../design/base.css'
import '../design/heat.css'
import '../design/page.css'
import '../design/figure.css'
import '../design/print.css'
import { layOutAhead } from './ahead'
import { followLinks } from './follow'
import { islands } from './islands'

const alone = document.getElementById(document.documentElement.dataset.embed ?? '')
if (alone) {
  alone.dataset.alone = ''
  alone.closest('section')?.setAttribute('data-holds-alone', '')
}

islands({
  contents: () => import('./contents'),
  figure: () => import('./figure'),
  hero: () => import('./hero'),
  formulas: () => import('./formulas'),
  listing: () => import('./listing'),
  now: () => import('./now'),
  quiz: () => import('./quiz'),
  review: () => import('./review'),
  tools: () => import('./tools'),
})
followLinks()
const asked = new URLSearchParams(location.search).get('lang')
if (asked) void import('./language').then(({ speak }) => speak(asked))
layOutAhead()

if ('serviceWorker' in navigator && location.protocol !== 'file:') void navigator.serviceWorker.register('./sw.js')
