// SPDX-License-Identifier: Apache-2.0
// The one progress store of the page; another tab's writes arrive as storage events.
import { browserStore, kKey, ProgressStore } from '../state/progress'

export const progress = new ProgressStore(browserStore())
addEventListener('storage', (event) => {
  if (event.key === kKey || event.key === null) progress.refresh()
})
