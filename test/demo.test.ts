import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { patience } from '#testing'

const root = dirname(import.meta.dirname)
/** About 30 s on two idle cores; other work may run beside it. */
const demoMs = patience(120_000)

/** The fields of the JSON summary that this test reads. */
type Summary = {
  readonly seed: number
  readonly ok: boolean
  readonly payments: {
    readonly stranded: readonly string[]
    readonly left: readonly { readonly reason: string; readonly owner: string | null }[]
    readonly decided: readonly { readonly reason: string; readonly state: string; readonly evidence: string | null }[]
    readonly mishaps: readonly { readonly what: string; readonly asPlanned: boolean }[]
    readonly comparison: { readonly operations: readonly Compared[]; readonly isEqual: boolean }
  }
  readonly verdict: { readonly verification: { readonly ok: boolean } }
}
type Compared = {
  readonly rail: string
  readonly operation: string
  readonly railSays: object
  readonly booksSay: object
}

describe('the demo', () => {
  let at = ''
  beforeEach(() => {
    at = mkdtempSync(join(tmpdir(), 'munim-demo-test-'))
    // As root, PostgreSQL runs as another user, who must be able to enter.
    chmodSync(at, 0o755)
  })
  afterEach(() => rmSync(at, { recursive: true, force: true }))

  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['--conditions=munim-source', join(root, 'demo/main.ts'), ...args], {
      encoding: 'utf8',
      env: { ...process.env, TMPDIR: at },
      timeout: demoMs,
    })

  it('plays another day as planned, says so in plain text, and leaves nothing behind', { timeout: demoMs }, () => {
    const demo = run('--seed', '7')
    expect(demo.stderr).toBe('')
    expect(demo.stdout).toContain('made up from seed 7')
    expect(demo.stdout).toMatch(/insufficient_funds \d+ times/)
    expect(demo.stdout).toContain('The books are equal to the records of the rails.')
    expect(demo.stdout).toContain('The books balance.')
    expect(demo.stdout).not.toContain('\u001b')
    expect(demo.status).toBe(0)
    expect(readdirSync(at)).toEqual([])
  })

  it('ends every payment or leaves it to an operator, with books equal to the rails', { timeout: demoMs }, () => {
    const demo = run('--seed', '20260131', '--json')
    expect(demo.stderr).toContain('Stopped; nothing is left behind.')
    const { seed, ok, payments, verdict } = JSON.parse(demo.stdout) as Summary
    expect(payments.stranded).toEqual([])
    expect(payments.left.map(({ reason, owner }) => [reason, owner])).toContainEqual(['wrong_amount', 'asha'])
    expect(payments.mishaps.filter(({ asPlanned }) => !asPlanned)).toEqual([])
    const forced = payments.decided.find(({ reason, evidence }) => reason === 'outcome_unknown' && evidence !== null)
    expect(forced?.state).toBe('resolved')
    const { operations } = payments.comparison
    expect(operations.map(({ booksSay }) => booksSay)).toEqual(operations.map(({ railSays }) => railSays))
    const moved = operations.map(({ rail, operation }) => `${rail} ${operation}`)
    for (const rail of ['card', 'upi', 'bank']) {
      for (const operation of ['charge', 'refund', 'payout']) expect(moved).toContain(`${rail} ${operation}`)
    }
    expect(moved).toEqual(expect.arrayContaining(['card capture', 'card dispute']))
    expect([demo.status, seed, ok, verdict.verification.ok]).toEqual([0, 20_260_131, true, true])
  })

  it('refuses an invalid seed', () => {
    const demo = run('--seed', 'seven')
    expect(demo.status).toBe(1)
    expect(demo.stderr).toContain('--seed')
  })
})
