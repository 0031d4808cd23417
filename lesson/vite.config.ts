// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

export default defineConfig({
  base: './',
  plugins: [svelte()],
  worker: { format: 'es' },
  build: {
    outDir: fileURLToPath(new URL('../build/lesson', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    manifest: 'manifest.json',
    cssCodeSplit: false, // prerendered figures need their styles before their script
    assetsInlineLimit: 0, // the content-security policy admits no data: scripts, and fonts are better cached
    modulePreload: { polyfill: false },
    rollupOptions: { input: 'client/main.ts' },
  },
})
