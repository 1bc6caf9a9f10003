import { randomBytes } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { type Place, useKeyring } from './keyring.ts'
import { sealedWith } from './sealed-text.ts'
import { createSecretSealing } from './secret-sealing.ts'

const newKey = () => randomBytes(32).toString('base64')
const fileOf = (...versions: string[]) => createSecretSealing({ versions: () => versions })
const place = (kid: string): Place => ({ column: 'access.oauth_signing_keys.sealed', key: [kid] })
const secret = '{"d":"a private key"}'

afterEach(() => useKeyring(undefined))

it('seals with the file where there is no key outside the database, and opens at its own place alone', () => {
  const sealing = fileOf(newKey())
  const sealed = sealing.seal(place('1'), secret)
  expect(sealedWith(sealed)).toBe(0)
  expect(sealed).not.toContain('private')
  expect(sealing.open(place('1'), sealed)).toBe(secret)
  expect(sealing.open(place('2'), sealed)).toBeUndefined()
  expect(fileOf(newKey()).open(place('1'), sealed)).toBeUndefined()
  expect(createSecretSealing(undefined).open(place('1'), sealed)).toBeUndefined()
})

it('opens what an older key of the file has sealed', () => {
  const [older, newer] = [newKey(), newKey()]
  const sealed = fileOf(older).seal(place('1'), secret)
  const rotated = fileOf(newer, older)
  expect(rotated.open(place('1'), sealed)).toBe(secret)
  expect(fileOf(older).open(place('1'), rotated.seal(place('1'), secret))).toBeUndefined()
})

it('seals with the data keys where there are any, and still opens what the file has sealed', () => {
  const sealing = fileOf(newKey())
  const byFile = sealing.seal(place('1'), secret)
  const active = { number: 2, bytes: randomBytes(32) }
  useKeyring({ active, index: undefined, byNumber: new Map([[2, active]]) })
  const sealed = sealing.seal(place('1'), secret)
  expect(sealedWith(sealed)).toBe(2)
  expect([sealed, byFile].map((text) => sealing.open(place('1'), text))).toEqual([secret, secret])
  useKeyring(undefined)
  expect(sealing.open(place('1'), sealed)).toBeUndefined()
})

it('opens nothing that was changed in any byte', () => {
  const sealing = fileOf(newKey())
  const sealed = sealing.seal(place('1'), secret)
  const start = 'munim-sealed:0:'.length
  const bytes = Buffer.from(sealed.slice(start), 'base64url')
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(sealing.open(place('1'), sealed.slice(0, start) + changed.toString('base64url'))).toBeUndefined()
  }
  for (const text of [secret, '', 'munim-sealed:0:', 'munim-sealed:x'])
    expect(sealing.open(place('1'), text)).toBeUndefined()
})
