import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { createSealing } from './sealing.ts'

const newKey = () => randomBytes(32).toString('base64url')
const sealingWith = (...versions: string[]) => createSealing({ versions: () => versions })
const secret = Buffer.from('a private key')

it('opens a sealed secret in its own place, with its own key', () => {
  const sealing = sealingWith(newKey())
  const sealed = sealing.seal(secret, 'row 1')
  expect(sealed.includes(secret)).toBe(false)
  expect(sealing.open(sealed, 'row 1')).toEqual(secret)
  expect(sealing.open(sealed, 'row 2')).toBeUndefined()
  expect(sealingWith(newKey()).open(sealed, 'row 1')).toBeUndefined()
})

it('opens what an older value of the key has sealed', () => {
  const [old, young] = [newKey(), newKey()]
  const sealed = sealingWith(old).seal(secret, 'row')
  const rotated = sealingWith(young, old)
  expect(rotated.open(sealed, 'row')).toEqual(secret)
  expect(sealingWith(old).open(rotated.seal(secret, 'row'), 'row')).toBeUndefined()
  expect(sealingWith(young).open(rotated.seal(secret, 'row'), 'row')).toEqual(secret)
})

it('opens nothing that was changed in any byte', () => {
  const sealing = sealingWith(newKey())
  const sealed = sealing.seal(secret, 'row')
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(sealing.open(changed, 'row')).toBeUndefined()
  }
  expect(sealing.open(sealed.subarray(0, 20), 'row')).toBeUndefined()
})
