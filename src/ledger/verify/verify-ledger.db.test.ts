import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLedger, streamVerification, type VerificationMessage, verifyLedger } from '#ledger'
import { newUuid } from '#platform/ids'
import { failing, findingsOf, keepSealedBooks, rehash, rehashBlock, type SealedBooks, until } from '#testing'

let books: SealedBooks

beforeAll(async () => {
  books = await keepSealedBooks()
})

afterAll(() => books.drop())

describe('the verifier', () => {
  it('finds nothing in untampered books, and has checked everything', () =>
    books.copied(async (database) => {
      const verification = await verifyLedger(database)
      expect(findingsOf(verification)).toBe('')
      expect(verification).toMatchObject({ ok: true, unsealed: 0, head: { number: 2 } })
      expect(Object.fromEntries(verification.checks.map(({ name, checked }) => [name, checked]))).toEqual({
        conserved: 11,
        once: 12,
        bounded: 31,
        account_chains: 31,
        holds: 9,
        settings: 8,
        backdated_entries: 4,
        metadata_terms: 3,
        batch_hashes: 17,
        block_chain: 2,
        sealed: 17,
      })
    }))

  it('detects by a head noted earlier that even the whole chain was rewritten', () =>
    books.copied(async (database) => {
      const { head } = await verifyLedger(database)
      await books.run(database, "update ledger.transfers set reference = 'changed' where reference = 'salary'")
      await rehash(database, Number(books.positions.get('salary')))
      await rehashBlock(database, 1)
      await books.run(
        database,
        'update ledger.blocks set previous = (select hash from ledger.blocks where number = 1) where number = 2',
      )
      await rehashBlock(database, 2)
      expect((await verifyLedger(database)).ok).toBe(true)
      const verification = await verifyLedger(database, { ...(head && { knownHead: head }) })
      expect(failing(verification)).toEqual(['block_chain'])
      expect(findingsOf(verification)).toContain(`block 2, known by the hash ${head?.hash}, now has the hash`)
    }))

  it('counts batches that wait to be sealed, and reports them when they wait too long', () =>
    books.copied(async (database) => {
      await books.run(
        database,
        `update ledger.batches set is_unsealed = true
          where position = any (array(select unnest(batches) from ledger.blocks where number = 2));
        delete from ledger.blocks where number = 2`,
      )
      expect(await verifyLedger(database)).toMatchObject({ ok: true, unsealed: 15, head: { number: 1 } })
      await books.run(
        database,
        `update ledger.transfers set recorded_at = recorded_at - interval '1 hour' where reference = 'other';
        update ledger.entries set recorded_at = recorded_at - interval '1 hour' where position = $other;
        update ledger.batches set recorded_at = recorded_at - interval '1 hour' where position = $other`,
      )
      await rehash(database, Number(books.positions.get('other')))
      const verification = await verifyLedger(database)
      expect(failing(verification)).toEqual(['account_chains', 'sealed'])
      expect(findingsOf(verification)).toContain('15 batches wait to be sealed, the oldest since')
    }))

  it('lists twenty findings of a kind and counts the rest', () =>
    books.copied(async (database) => {
      await books.run(database, 'update ledger.entries set posted = posted + version * 7')
      const { checks } = await verifyLedger(database)
      const findings = checks.find(({ name }) => name === 'account_chains')?.findings ?? []
      expect([findings.length, findings.at(-1)]).toEqual([21, 'and 11 more'])
    }))

  it('is right while transfers go on', () =>
    books.copied(async (database) => {
      const faults: Error[] = []
      const ledger = createLedger({ database, onFault: (fault) => faults.push(fault), sealIntervalMs: 5 })
      await ledger.start()
      let booked = 0
      let isOver = false
      const client = async () => {
        while (!isOver) {
          const id = newUuid()
          const usual = { kind: 'create', book: 1, idGiven: false, asset: 'USD', amount: 1n } as const
          const pending = booked % 3 === 0
          const outcomes = await ledger.submit({
            atomic: false,
            commands: [
              { ...usual, id, source: 'bank', destination: 'alice', pending, metadata: { at: String(booked) } },
              ...(pending && booked % 2 === 0 ? [{ kind: 'post', book: 1, id } as const] : []),
            ],
          })
          booked += outcomes.filter(({ ok }) => ok).length
        }
      }
      const clients = [client(), client(), client()]
      try {
        // In between some are booked and sealed.
        for (let times = 0; times < 5; times += 1) {
          const [before, sealed] = [booked, ledger.sealing().batches]
          await until(() => booked > before && ledger.sealing().batches > sealed)
          expect(findingsOf(await verifyLedger(database))).toBe('')
        }
      } finally {
        isOver = true
        await Promise.all(clients)
        await ledger.stop(5_000)
      }
      expect(faults).toEqual([])
      expect((await verifyLedger(database)).ok).toBe(true)
    }))

  it('reports its progress, then the result', () =>
    books.copied(async (database) => {
      const messages: VerificationMessage[] = []
      for await (const message of streamVerification(database)) messages.push(message)
      expect(messages.slice(0, -1)).toContainEqual({ check: 'journal', done: 17, total: 17 })
      expect(messages.at(-1)).toMatchObject({ result: { ok: true } })
    }))

  it('ends when its reader leaves or aborts it, without keeping a connection', () =>
    books.copied(async (database) => {
      for await (const message of streamVerification(database)) {
        expect(message).toHaveProperty('check')
        break
      }
      const reason = new Error('enough')
      await expect(verifyLedger(database, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
      const abort = new AbortController()
      await expect(
        verifyLedger(database, { signal: abort.signal, onProgress: () => abort.abort(reason) }),
      ).rejects.toBe(reason)
    }))
})
