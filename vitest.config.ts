import { globSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { closingCount } from './test/support/closing-count.ts'

const outside = (path: string) => /(^|[\\/])(node_modules|dist)$/.test(path)
const files = globSync('{src,sdk,cli,scripts,bench,test}/**/*.test.ts', { cwd: import.meta.dirname, exclude: outside })

/** A test that is given a database by the test support, or stands for the whole program. */
const isWhole = (path: string) =>
  /^test\/(?!support\/)/.test(path) || /from '#testing'/.test(readFileSync(path, 'utf8'))

const conditions = ['munim-source', 'import', 'node', 'module', 'default']

export default defineConfig({
  ssr: { resolve: { conditions, externalConditions: conditions } },
  resolve: { conditions },
  test: {
    reporters: ['default', closingCount()],
    projects: [
      { extends: true, test: { name: 'pure', include: files.filter((path) => !isWhole(path)) } },
      { extends: true, test: { name: 'whole', include: files.filter(isWhole), testTimeout: 60_000 } },
    ],
  },
})
