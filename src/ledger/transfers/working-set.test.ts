import { describe, expect, it } from 'vitest'
import { accountFacts } from '../accounts/account-facts.ts'
import { madeTransfer, type TransferRecord } from './transfer-record.ts'
import { type Head, WorkingSet } from './working-set.ts'

const head = (number: number, version: number): Head => ({
  ...{ number, version, posted: 100n, pendingOut: 0n, pendingIn: 0n, minAvailable: 0n, maxBalance: null },
  ...{ state: 0, lapsesAt: Number.POSITIVE_INFINITY, recordedAt: 0 },
})
const facts = (number: number) => accountFacts({ number, book: 1, id: `${number}`, code: `${number}`, asset: 'USD' })
const setOf = (...previous: WorkingSet[]) =>
  new WorkingSet({ account: () => undefined, head: (number) => head(number, 7), previous })
const refused = (id: string, request = '{}'): TransferRecord => ({
  ...{ refusal: { code: 'account_not_found', message: '' }, book: 1, id, request },
})

const hold = (id: string) =>
  madeTransfer({
    ...{ position: 1, book: 1, id, amount: 5n, flags: 1, effectiveAt: 1, recordedAt: 1, expiresAt: 2 },
    ...{ reference: undefined, metadata: {}, options: undefined, source: facts(1), destination: facts(2) },
  })

describe('a group that is rolled back', () => {
  it('leaves no hold behind that would lapse', () => {
    const set = setOf()
    set.addTransfer(hold('kept'))
    set.beginGroup()
    set.addTransfer(hold('gone'))
    set.takeBackGroup()
    expect(set.timedHolds().map(({ id }) => id)).toEqual(['kept'])
  })

  it('leaves heads, transfers and references as they were before it', () => {
    const set = setOf()
    set.addTransfer(refused('a'))
    set.addReference(1, 'kept')
    set.head(1).posted = 50n
    set.beginGroup()
    set.touch(set.head(1))
    set.head(1).posted = 10n
    set.touch(set.head(1))
    set.head(1).posted = 5n
    set.addTransfer(refused('b'))
    set.replaceTransfer(refused('a', 'newer'))
    set.addReference(1, 'gone')
    set.takeBackGroup()
    expect(set.head(1).posted).toBe(50n)
    expect(set.transfer(1, 'a')).toEqual(refused('a'))
    expect(set.transfer(1, 'b')).toBeUndefined()
    expect([set.hasReference(1, 'kept'), set.hasReference(1, 'gone')]).toEqual([true, false])
  })

  it('relies on every account that it would have moved, at the version before the batch', () => {
    const set = setOf()
    set.head(1).version = 8
    set.beginGroup()
    set.touch(set.head(1))
    set.touch(set.head(2))
    set.takeBackGroup()
    expect([...set.reliedUpon()].sort()).toEqual([
      [1, 7],
      [2, 7],
    ])
  })

  it('relies on no account if it is kept instead: its entries do the check', () => {
    const set = setOf()
    set.beginGroup()
    set.touch(set.head(1))
    set.keepGroup()
    expect(set.reliedUpon().size).toBe(0)
  })
})

describe('a batch after one that is on its way', () => {
  it('sees the changes of that batch, and modifies none of them', () => {
    const previous = setOf()
    previous.addTransfer(refused('a'))
    previous.addReference(1, 'r')
    const set = setOf(previous)
    set.foundTransfer(refused('a', 'stale'))
    expect(set.transfer(1, 'a')).toEqual(refused('a'))
    expect(set.hasReference(1, 'r')).toBe(true)
    set.replaceTransfer(refused('a', 'newer'))
    expect(set.transfer(1, 'a')).toEqual(refused('a', 'newer'))
    expect(previous.transfer(1, 'a')).toEqual(refused('a'))
    set.forgetPrevious()
    expect(set.hasReference(1, 'r')).toBe(false)
  })
})
