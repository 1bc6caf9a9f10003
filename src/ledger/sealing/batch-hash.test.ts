import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { chainStart, createBatchHasher, hashBlock } from './batch-hash.ts'

const sha256 = (hex: string) => createHash('sha256').update(Buffer.from(hex, 'hex')).digest('hex')

describe('the hash of a batch', () => {
  it('covers, per table, its place, the number of its rows and their tuples', () => {
    const hasher = createBatchHasher()
    hasher.add('ledger.transfers', 2, Buffer.from('aabb', 'hex'))
    hasher.add('ledger.entries', 4, Buffer.from('cc', 'hex'), Buffer.from('dd', 'hex'))
    expect(hasher.digest().toString('hex')).toBe(sha256('0300000002aabb0400000004ccdd'))
  })

  it('is the same whether a table without rows is named or left out', () => {
    const named = createBatchHasher()
    named.add('ledger.accounts', 0)
    named.add('ledger.entries', 1, Buffer.from('ee', 'hex'))
    named.add('ledger.resolutions', 0, Buffer.alloc(0))
    expect(named.digest().toString('hex')).toBe(sha256('0400000001ee'))
  })

  it('refuses tables out of order or twice', () => {
    const hasher = createBatchHasher()
    hasher.add('ledger.entries', 1, Buffer.from('ee', 'hex'))
    expect(() => hasher.add('ledger.entries', 1, Buffer.from('ee', 'hex'))).toThrow()
    expect(() => hasher.add('ledger.accounts', 1, Buffer.from('ee', 'hex'))).toThrow()
  })
})

describe('the hash of a block', () => {
  it('covers the hash before it, and positions and hashes of its batches in order', () => {
    const one = { position: 16_384n, hash: Buffer.alloc(32, 1) }
    const two = { position: -1n, hash: Buffer.alloc(32, 2) }
    const expected = `${'00'.repeat(32)}0000000000004000${'01'.repeat(32)}ffffffffffffffff${'02'.repeat(32)}`
    expect(hashBlock(chainStart, [one, two]).toString('hex')).toBe(sha256(expected))
    expect(hashBlock(chainStart, [two, one])).not.toEqual(hashBlock(chainStart, [one, two]))
  })
})
