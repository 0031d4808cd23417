// SPDX-License-Identifier: Apache-2.0
// The languages beside English. Each is one file with its prose beside it.
import { de } from './de'
import type { Language } from './language'

export const languages: readonly Language[] = [de]
