// SPDX-License-Identifier: Apache-2.0
// The built page in Debian's Chromium: one server, one browser, a fresh context for each test. `--mode slow` runs those
// that take long: times at a quarter of the speed.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig(({ mode }) => ({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    include: [mode === 'slow' ? '**/*.slow.ts' : '**/*.browser.ts'],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    retry: 1, // a browser that lacked the processor for a while; the second try is reported
    maxWorkers: mode === 'slow' ? 1 : 2, // times are measured alone
  },
}))
