import { expect, it } from 'vitest'
import { base32, hashRecoveryCode, newRecoveryCodes, stepOfCode, totpLink } from './one-time-codes.ts'

const secret = Buffer.from('12345678901234567890')

/** Appendix B of RFC 6238, of whose eight digits six are used. */
it.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('knows the code of second %i', (seconds, code) => {
  const step = Math.floor(seconds / 30)
  for (const around of [-30, 0, 30]) {
    expect(stepOfCode(secret, { code, nowMs: (seconds + around) * 1000 })).toBe(step)
  }
  for (const around of [-90, 90]) {
    expect(stepOfCode(secret, { code, nowMs: (seconds + around) * 1000 })).toBeUndefined()
  }
})

it('takes nothing that is no code', () => {
  for (const code of ['', '28708', '2870822', '28708x', '287082 ', '２８７０８２']) {
    expect(stepOfCode(secret, { code, nowMs: 59_000 })).toBeUndefined()
  }
})

/** RFC 4648, without padding. */
it.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('writes %j as %s in base32', (text, encoded) => {
  expect(base32(Buffer.from(text))).toBe(encoded)
})

it('makes a link for apps, and codes that may be typed without hyphens', () => {
  const link = new URL(totpLink(secret, { login: 'ada@example.com', issuer: 'https://pay.example.com' }))
  expect([link.protocol, link.searchParams.get('secret')]).toEqual(['otpauth:', base32(secret)])
  expect(decodeURIComponent(link.pathname)).toContain('ada@example.com at pay.example.com')
  const codes = newRecoveryCodes()
  expect(new Set(codes).size).toBe(10)
  for (const code of codes) {
    expect(code).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/)
    expect(hashRecoveryCode(` ${code.replaceAll('-', ' ').toUpperCase()}`)).toEqual(hashRecoveryCode(code))
  }
})
