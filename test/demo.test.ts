import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
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

/** `left`: what it left behind in its temporary folder. */
type Played = {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  readonly left: string[]
}

async function run(...args: readonly string[]): Promise<Played> {
  const at = mkdtempSync(join(tmpdir(), 'munim-demo-test-'))
  try {
    // As root, PostgreSQL runs as another user, who must be able to enter.
    chmodSync(at, 0o755)
    const demo = spawn(process.execPath, ['--conditions=munim-source', join(root, 'demo/main.ts'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: at },
      timeout: demoMs,
    })
    const ended = once(demo, 'close')
    const [stdout, stderr] = await Promise.all([text(demo.stdout), text(demo.stderr)])
    const [status] = await ended
    return { status, stdout, stderr, left: readdirSync(at) }
  } finally {
    rmSync(at, { recursive: true, force: true })
  }
}

describe('the demo', () => {
  it('plays another day as planned, says so in plain text, and leaves nothing behind', {
    timeout: demoMs,
  }, async () => {
    const demo = await run('--seed', '7')
    expect(demo.stderr).toBe('')
    expect(demo.stdout).toContain('made up from seed 7')
    expect(demo.stdout).toMatch(/insufficient_funds \d+ times/)
    expect(demo.stdout).toContain('The books are equal to the records of the rails.')
    expect(demo.stdout).toContain('The books balance.')
    expect(demo.stdout).not.toContain('\u001b')
    expect(demo.stdout.split('\n').filter((line) => /^ {2}(failed|stranded) /.test(line))).toEqual([])
    expect(demo.status).toBe(0)
    expect(demo.left).toEqual([])
  })

  it('ends every payment or leaves it to an operator, with books equal to the rails', { timeout: demoMs }, async () => {
    const demo = await run('--seed', '20260131', '--json')
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
    const returned = ['card refund_return', 'bank payout_return']
    expect(moved).toEqual(expect.arrayContaining(['card capture', 'card dispute', ...returned]))
    expect([demo.status, seed, ok, verdict.verification.ok]).toEqual([0, 20_260_131, true, true])
  })

  it('refuses an invalid seed', async () => {
    const demo = await run('--seed', 'seven')
    expect(demo.status).toBe(1)
    expect(demo.stderr).toContain('--seed')
  })
})
