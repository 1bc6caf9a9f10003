import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = dirname(import.meta.dirname)

describe('the demo', () => {
  let at = ''
  beforeEach(() => {
    at = mkdtempSync(join(tmpdir(), 'munim-demo-test-'))
    // As root, PostgreSQL runs as another user, who must be able to enter.
    chmodSync(at, 0o755)
  })
  afterEach(() => rmSync(at, { recursive: true, force: true }))

  it('plays another day as planned, says so in plain text, and leaves nothing behind', () => {
    const demo = spawnSync(
      process.execPath,
      ['--conditions=munim-source', join(root, 'scripts/demo.ts'), '--seed', '7'],
      { encoding: 'utf8', env: { ...process.env, TMPDIR: at }, timeout: 55_000 },
    )
    expect(demo.stderr).toBe('')
    expect(demo.stdout).toContain('made up from seed 7')
    expect(demo.stdout).toContain('The books balance.')
    expect(demo.stdout).toMatch(/insufficient_funds +█+ +\d+ /)
    expect(demo.stdout).not.toContain('\u001b')
    expect(demo.status).toBe(0)
    expect(readdirSync(at)).toEqual([])
  })
})
