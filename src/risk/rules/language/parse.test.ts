import { describe, expect, it } from 'vitest'
import { problemText } from '../problems.ts'
import { parseRule } from './parse.ts'
import { printRule } from './print.ts'

function problemOf(text: string): string {
  const parsed = parseRule(text)
  return parsed.ok ? `read as ${printRule(parsed.value.tree)}` : parsed.problems.map(problemText).join()
}

function again(text: string): string {
  const parsed = parseRule(text)
  return parsed.ok ? printRule(parsed.value.tree) : problemOf(text)
}

describe('a text that is no rule', () => {
  it.each([
    ['amount = 5', 'line 1, column 8', 'Write =='],
    ['a == 1 and b == 2', 'line 1, column 8', 'Write &&'],
    ['a == 1\n  OR b', 'line 2, column 3', 'Join conditions with && or ||'],
    ['not a', 'line 1, column 1', 'Write ! before the condition'],
    ['payer.country not in ["IN"]', 'line 1, column 15', 'Write ! before'],
    ['x == null', 'line 1, column 6', 'Write has(x)'],
    ['amount > 1,000', 'line 1, column 11', 'Write numbers without separators: 1000'],
    ['a & b', 'line 1, column 3', 'Write &&'],
    ['a <> b', 'line 1, column 3', 'Write !='],
    ['a === b', 'line 1, column 3', 'Write =='],
    ['a < b < c', 'line 1, column 7', 'Write a < b && b < c'],
    ['(a', 'line 1, column 3', 'Add )'],
    ['["a", "b"', 'line 1, column 10', 'Add ]'],
    ['a &&', 'line 1, column 5', 'Add the missing value'],
    ['', 'line 1, column 1', 'Add the missing value'],
    ['"abc', 'line 1, column 1', 'Close it with the quote'],
    ['"a\\q"', 'line 1, column 1', 'Write \\\\ for a backslash'],
    ['“abc”', 'line 1, column 1', 'Write a straight quote'],
    ['amount > ₹500', 'line 1, column 10', 'Write money('],
    ['amount > money("5.001 INR")', 'line 1, column 10', 'no more decimals'],
    ['amount > money("5.00 XAU-MG")', 'line 1, column 10', 'minor("500 XAU-MG")'],
    ['amount > minor("5 XAU-MG or so")', 'line 1, column 10', 'minor("500 XAU-MG")'],
    ['x > 9007199254740993', 'line 1, column 5', 'at most 15 digits'],
    ['now() - x > duration("5 days")', 'line 1, column 13', 'duration("1d12h")'],
    ['payer.email.matches(".*")', 'line 1, column 13', 'Write like'],
    ['payer.email.startWith("a")', 'line 1, column 13', 'Write startsWith'],
    ['hass(x)', 'line 1, column 1', 'Write has'],
    ['count(x) > 3', 'line 1, column 1', 'Write window("payment", "24h").by(payer.id).count()'],
    ['window("payment", "1h").by(payer.id) > 3', 'line 1, column 1', 'Write it like'],
    ['window("payment").count() > 3', 'line 1, column 1', 'Write it like'],
    ['window("payment", "1h").by(1 + 2).count() > 3', 'line 1, column 28', 'Write it like'],
    ['window("payment", "1h").cuont() > 3', 'line 1, column 25', 'Write count'],
    ['window("payment", "1h").count(amount) > 3', 'line 1, column 25', 'Write it like'],
    ['amount in [payer.id]', 'line 1, column 12', 'Compare with == and ||'],
    ['a // why', 'line 1, column 3', 'into the reason of the rule'],
    ['a; b', 'line 1, column 2', 'Write one expression'],
  ])('%s is refused with its place, and with what to write', (text, place, advice) => {
    const problem = problemOf(text)
    expect(problem.startsWith(`${place}: `), problem).toBe(true)
    expect(problem).toContain(advice)
  })

  it('has bounds of length, depth and parts', () => {
    const codeOf = (text: string) => {
      const parsed = parseRule(text)
      return parsed.ok ? 'ok' : parsed.problems[0]?.code
    }
    expect(codeOf(' '.repeat(20_001))).toBe('too_long')
    expect(codeOf(`x == "${'a'.repeat(2001)}"`)).toBe('too_long')
    expect(codeOf(`${'('.repeat(10_000)}a`)).toBe('too_deep')
    expect(codeOf(`${'!'.repeat(19_000)}a`)).toBe('too_deep')
    expect(codeOf(`${'-'.repeat(19_000)}a`)).toBe('too_deep')
    expect(codeOf(`a${' ? a : a'.repeat(2000)}`)).toBe('too_deep')
    expect(codeOf(`a${'+a'.repeat(9000)}`)).toBe('too_deep')
    expect(codeOf(`a in [${'1,'.repeat(9000)}1]`)).toBe('too_deep')
    expect(codeOf('['.repeat(20_000))).toBe('too_deep')
    expect(codeOf(`"${'\\'.repeat(19_998)}`)).toBe('syntax')
    expect(codeOf(`a${' && a'.repeat(3000)}`)).toBe('ok')
    expect(codeOf(`a${'+a'.repeat(98)}`)).toBe('ok')
  })
})

describe('a rule that is read and printed', () => {
  it.each([
    ['a&&b||c', 'a && b || c'],
    ['(a && b) && c', '(a && b) && c'],
    ['a && (b || c)', 'a && (b || c)'],
    ['!(a) && !(b || c)', '!a && !(b || c)'],
    ['a - (b - c) - d', 'a - (b - c) - d'],
    ['-(5) + -5 - -x', '-(5) + -5 - -x'],
    ["x == 'it\\'s'", `x == "it's"`],
    ['money("5 INR") * 3 >= amount', 'money("5.00 INR") * 3 >= amount'],
    ['amount > money("-0.05 INR")', 'amount > money("-0.05 INR")'],
    ['amount > money("500 JPY")', 'amount > money("500 JPY")'],
    ['amount > minor("500 XAU-MG")', 'amount > minor("500 XAU-MG")'],
    ['now() - t > duration("36h")', 'now() - t > duration("1d12h")'],
    ['t > timestamp("2026-01-31T09:30:00+05:30")', 't > timestamp("2026-01-31T04:00:00.000000Z")'],
    ['a ? b : c ? d : e', 'a ? b : c ? d : e'],
    ['(a ? b : c) == d', '(a ? b : c) == d'],
    ['payer.email.lower().after("@") == "x"', 'payer.email.lower().after("@") == "x"'],
    ['x > 2.50', 'x > 2.5'],
    ['x > 3.0', 'x > 3.0'],
    ['x > 1e17 || x > 1e21', 'x > 100000000000000000.0 || x > 1e+21'],
    [
      'window("payment","48h").by(payer.id, payee.id == payer.id).where(amount>money("1 INR")).percentile(amount, 95, "INR") < amount',
      'window("payment", "2d").by(payer.id, payee.id == payer.id).where(amount > money("1.00 INR")).percentile(amount, 95, "INR") < amount',
    ],
  ])('%s is %s', (text, printed) => {
    expect(again(text)).toBe(printed)
    expect(again(printed)).toBe(printed)
  })

  it('has a line for each condition when it is long', () => {
    const conditions = ['payer.country', 'payee.country', 'card.country', 'ip.country'].map(
      (name) => `${name} in ["IN", "NP"]`,
    )
    expect(again(conditions.join(' && '))).toBe(conditions.join('\n&& '))
  })
})
