import { randomBytes } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { useKeyring } from './keyring.ts'
import { sealedWith } from './sealed-text.ts'
import { createSecretSealing } from './secret-sealing.ts'

const newKey = () => randomBytes(32).toString('base64')
const fileOf = (...versions: string[]) => createSecretSealing({ versions: () => versions })
const secret = Buffer.from('a private key')
const numberOf = (sealed: Buffer) => sealedWith(sealed.toString())

afterEach(() => useKeyring(undefined))

it('seals with the file where there is no key outside the database, and opens at its own place alone', () => {
  const sealing = fileOf(newKey())
  const sealed = sealing.seal(secret, 'row 1')
  expect(numberOf(sealed)).toBe(0)
  expect(sealed.includes(secret)).toBe(false)
  expect(sealing.open(sealed, 'row 1')).toEqual(secret)
  expect(sealing.open(sealed, 'row 2')).toBeUndefined()
  expect(fileOf(newKey()).open(sealed, 'row 1')).toBeUndefined()
  expect(createSecretSealing(undefined).open(sealed, 'row 1')).toBeUndefined()
})

it('opens what an older key of the file has sealed', () => {
  const [older, newer] = [newKey(), newKey()]
  const sealed = fileOf(older).seal(secret, 'row 1')
  const rotated = fileOf(newer, older)
  expect(rotated.open(sealed, 'row 1')).toEqual(secret)
  expect(fileOf(older).open(rotated.seal(secret, 'row 1'), 'row 1')).toBeUndefined()
})

it('seals with the data keys where there are any, and still opens what the file has sealed', () => {
  const sealing = fileOf(newKey())
  const byFile = sealing.seal(secret, 'row 1')
  const active = { number: 2, bytes: randomBytes(32) }
  useKeyring({ active, index: undefined, byNumber: new Map([[2, active]]) })
  const sealed = sealing.seal(secret, 'row 1')
  expect(numberOf(sealed)).toBe(2)
  expect([sealed, byFile].map((text) => sealing.open(Buffer.from(text), 'row 1'))).toEqual([secret, secret])
  useKeyring(undefined)
  expect(sealing.open(sealed, 'row 1')).toBeUndefined()
})

it('opens nothing that was changed in any byte', () => {
  const sealing = fileOf(newKey())
  const sealed = sealing.seal(secret, 'row 1')
  const start = 'munim-sealed:0:'.length
  const bytes = Buffer.from(sealed.toString().slice(start), 'base64url')
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    const text = sealed.toString().slice(0, start) + changed.toString('base64url')
    expect(sealing.open(Buffer.from(text), 'row 1')).toBeUndefined()
  }
  for (const text of ['a private key', '', 'munim-sealed:0:', 'munim-sealed:x'])
    expect(sealing.open(Buffer.from(text), 'row 1')).toBeUndefined()
})
