import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatCount } from './support/closing-count.ts'

const root = dirname(import.meta.dirname)

describe('the closing count', () => {
  let at = ''
  beforeAll(() => {
    at = mkdtempSync(join(tmpdir(), 'munim-count-'))
    const reporter = JSON.stringify(join(import.meta.dirname, 'support/closing-count.ts'))
    writeFileSync(
      join(at, 'vitest.config.ts'),
      `import { closingCount } from ${reporter}\nexport default { test: { globals: true, reporters: ['default', closingCount()] } }\n`,
    )
  })
  afterAll(() => rmSync(at, { recursive: true, force: true }))

  const run = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(at, name), text)
    const child = spawnSync(
      process.execPath,
      [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', at, ...Object.keys(files)],
      { encoding: 'utf8', env: { PATH: process.env.PATH ?? '', NO_COLOR: '1' } },
    )
    return { status: child.status, lines: child.stdout.trimEnd().split('\n') }
  }

  it('is the last line of a run that passes', () => {
    const { status, lines } = run({ 'good.test.ts': "it('a', () => {})\nit('b', () => {})\n" })
    expect(lines.at(-1)).toBe('2 passed, 0 failed')
    expect(status).toBe(0)
  })

  it('counts a failed test, a module that does not load and an error outside any test', () => {
    const { status, lines } = run({
      'mixed.test.ts': "it('a', () => {})\nit('b', () => { throw new Error('b') })\n",
      'unloadable.test.ts': "throw new Error('unloadable')\n",
      'stray.test.ts':
        "it('c', async () => { Promise.reject(new Error('stray')); await new Promise((r) => setTimeout(r, 20)) })\n",
    })
    expect(lines.at(-1)).toBe('2 passed, 3 failed')
    expect(status).toBe(1)
  })

  it('reports skipped tests on a line of their own', () => {
    expect(formatCount({ passed: 3, failed: 0, skipped: 2 })).toBe('2 skipped\n3 passed, 0 failed\n')
  })
})
