import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultCallbackSecret } from './callbacks.ts'
import { rateNames } from './faults/fault-schedule.ts'
import { readFlags } from './flags.ts'
import { railNames } from './operations/operation.ts'
import { messagesOf } from './operations/response-codes.ts'
import { testBehavior, testWords } from './operations/test-values.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/reference/rail-simulator.md'), 'utf8')
const section = (title: string) => page.split(/^## /m).find((part) => part.startsWith(title)) ?? ''
const codesIn = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

describe('docs/reference/rail-simulator.md', () => {
  it.each(railNames)('explains the codes of %s', (rail) => {
    const table = /^\| `(?:response|reason)_code`[\s\S]*$/m.exec(section(rail))?.[0] ?? ''
    const codes = [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) => codesIn(cell))
    const own = Object.keys(messagesOf(rail)).filter((code) => rail !== 'bank' || code !== '00')
    expect(codes.filter((code) => !code.endsWith('_code')).sort()).toEqual(own.sort())
  })

  it.each(railNames.map((rail, column) => [rail, column] as const))('lists the test values of %s', (rail, column) => {
    const rows = section('Test values')
      .split('\n')
      .filter((line) => line.startsWith('| '))
    const listed = rows.slice(1).flatMap((row) => codesIn(row.split(/ ?\| ?/)[column + 1] ?? ''))
    // `500` is short for `http_500`, and `…` is the placeholder in the heading.
    const words = testWords(rail).filter((word) => !/^http_500/.test(word))
    expect([...new Set(listed)].filter((word) => !word.includes('…')).sort()).toEqual(
      words.filter((word) => rail !== 'upi' || word !== 'ok').sort(),
    )
  })

  it('lists the rates of a schedule, the secret and the flags', () => {
    for (const name of rateNames) expect(section('Faults by seed')).toContain(`\`${name}\``)
    expect(page).toContain(defaultCallbackSecret)
    const flags = [
      ...(/```\nmunim rail-simulator([\s\S]*?)```/.exec(page)?.[1] ?? '').matchAll(/--([a-z-]+) (\S+?)\]/g),
    ]
    // Files of certificates stand together, and have tests of their own.
    const plain = flags.filter(([, name]) => !name?.startsWith('tls-'))
    const values = plain.map(
      ([, name, value = '']) => `--${name}=${value === 'URL' ? 'http://x' : value.replace('…', 'bXVuaW0tc2VjcmV0')}`,
    )
    expect(values).toHaveLength(14)
    expect(readFlags(values)).toMatchObject({ ok: true, options: { port: 8090, latencyMs: 20, retain: 200_000 } })
  })
})

describe('a test value', () => {
  it.each([
    ['card', 'charge', 'card_ok', 'ok'],
    ['card', 'capture', 'card_timeout_happened', 'ok'],
    ['card', 'capture', 'card_capture_timeout_happened', 'timeout_happened'],
    ['card', 'authorize', 'card_capture_timeout_happened', 'ok'],
    ['card', 'charge', 'card_visa', undefined],
    ['upi', 'refund', 'refund_slow@upi', 'slow'],
    ['upi', 'charge', 'slow@okbank', undefined],
    ['upi', 'charge', '@upi', 'decline'],
    ['bank', 'charge', 'GB00TIMEOUTNOTHAPPENED', 'timeout_not_happened'],
    ['bank', 'charge', 'GB00REFUNDSLOW', 'ok'],
    ['bank', 'refund', 'GB00REFUNDSLOW', 'slow'],
    ['bank', 'charge', 'GB33BUKB20201555555555', undefined],
    ['bank', 'charge', 'gb33bukb', 'decline'],
  ] as const)('on %s, of a %s of %s, is %s', (rail, kind, instrument, name) => {
    expect(testBehavior(rail, kind, instrument)?.name).toBe(name)
  })
})

it.each([
  [['--port', 'x'], '--port must be a number from 0 to 65535, not "x".'],
  [['--callback-url', 'ftp://x'], '--callback-url must be a URL that begins with http:// or https://.'],
  [['--callback-secret', 'abc'], '--callback-secret must be whsec_ and base64.'],
  [['--retain', '0'], '--retain must be a number from 1 to 5000000, not "0".'],
  [['--data'], '--data needs a value.'],
  [['now'], 'Argument 1 belongs to no flag; every setting has one.'],
])('the flags %j are refused with one sentence', (args, sentence) => {
  expect(readFlags(args)).toEqual({ ok: false, errors: [sentence] })
})
