// SPDX-License-Identifier: Apache-2.0
import type { Item } from './schema'
import { concepts } from './concepts'
import { mixed } from './mixed'
import { prerequisites } from './prerequisites'

export type { Item, ItemSet } from './schema'
export const items: Item[] = [...prerequisites, ...concepts, ...mixed]
