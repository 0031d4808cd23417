// SPDX-License-Identifier: Apache-2.0
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [svelte()],
  test: { testTimeout: 120_000, hookTimeout: 120_000, include: ['**/*.test.ts'], exclude: ['browser/**', 'node_modules/**'] },
})
