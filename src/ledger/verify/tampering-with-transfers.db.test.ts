import { afterAll, beforeAll, describe, it } from 'vitest'
import { detects, keepSealedBooks, rehash, rehashBlock, type SealedBooks, type Tampering } from '#testing'

let books: SealedBooks

beforeAll(async () => {
  books = await keepSealedBooks()
})

afterAll(() => books.drop())

const tamperings: readonly Tampering[] = [
  {
    what: 'the amount of a transfer',
    does: "update ledger.transfers set amount = 999 where reference = 'rent'",
    caughtBy: ['conserved', 'batch_hashes'],
    saying: ['transfer of rent: version 2 of account of alice has posted_delta -300, expected -999'],
  },
  {
    what: 'the balance after an entry',
    does: 'update ledger.entries set posted = posted + 1 where account = @bob and version = 2',
    caughtBy: ['account_chains', 'batch_hashes'],
    saying: [
      'version 2 of account of bob: posted is 341, expected 340',
      'version 3 of account of bob: posted is 347, expected 348',
    ],
  },
  {
    what: 'a transfer, its entries and every balance after them, consistently',
    does: `update ledger.transfers set amount = amount + 5 where reference = 'food';
      update ledger.entries set posted_delta = posted_delta - 5 where account = @alice and position = $food;
      update ledger.entries set posted_delta = posted_delta + 5 where account = @bob and position = $food;
      update ledger.entries set posted = posted - 5 where account = @alice and position >= $food;
      update ledger.entries set posted = posted + 5 where account = @bob and position >= $food`,
    caughtBy: ['batch_hashes'],
    saying: ['(transfers: id of rent, id of food)', '(transfers: id of back)'],
  },
  {
    what: 'a transfer beyond what its source had, consistently',
    does: `update ledger.transfers set amount = amount + 900 where reference = 'rent';
      update ledger.entries set posted_delta = posted_delta - 900 where account = @alice and position = $rent;
      update ledger.entries set posted_delta = posted_delta + 900 where account = @bob and position = $rent;
      update ledger.entries set posted = posted - 900 where account = @alice and position >= $rent;
      update ledger.entries set posted = posted + 900 where account = @bob and position >= $rent`,
    caughtBy: ['bounded', 'batch_hashes'],
    saying: ['version 2 of account of alice leaves -200 available, below the min_available of 0 then in force'],
  },
  {
    what: 'a transfer in the middle, gone with its entries',
    does: "delete from ledger.entries where position = $back; delete from ledger.transfers where reference = 'back'",
    caughtBy: ['account_chains', 'backdated_entries', 'batch_hashes'],
    saying: ['version 5 of account of alice follows version 3: expected version 4', 'none of its rows is there'],
  },
  {
    what: 'the last transfer, gone with its entries',
    does: "delete from ledger.entries where position = $other; delete from ledger.transfers where reference = 'other'",
    caughtBy: ['batch_hashes'],
    saying: ['none of its rows is there'],
  },
  {
    what: 'the last transfer of an account, gone with its entries and its batch',
    does: `delete from ledger.entries where position = $other; delete from ledger.transfers where reference = 'other';
      delete from ledger.batches where position = $other`,
    caughtBy: ['block_chain'],
    saying: ['block 2 seals batch at position $other, which is not there'],
  },
  {
    what: 'only the record of a batch',
    does: 'delete from ledger.batches where position = $other',
    caughtBy: ['batch_hashes', 'block_chain'],
    saying: ['batch at position $other is not recorded, but has 3 rows (transfers: id of other)'],
  },
  {
    what: 'a forged transfer with entries that fit, in a batch of nobody',
    does: forge('147456000000'),
    caughtBy: ['batch_hashes'],
    saying: ['batch at position 147456000000 is not recorded, but has 3 rows'],
  },
  {
    what: 'a forged transfer with entries that fit, in a batch that there is',
    does: forge('$other + 1'),
    caughtBy: ['batch_hashes'],
    saying: ['its 6 rows hash to', 'has 2 operations, recorded are 1'],
  },
  {
    what: 'a forged transfer with a batch that fits, among those that are sealed',
    does: async (database) => {
      await books.run(database, forge('$other + 16384'))
      await books.run(
        database,
        `insert into ledger.batches (position, recorded_at, operations, hash, is_unsealed)
          select $other + 16384, recorded_at, 1, '', false from ledger.batches where position = $other`,
      )
      await rehash(database, positionOf('other') + 16_384)
    },
    caughtBy: ['block_chain'],
    saying: ['no block seals batch at position'],
  },
  {
    what: 'the references of two transfers, exchanged',
    does: `update ledger.transfers set reference = 'x' where reference = 'salary';
      update ledger.transfers set reference = 'salary' where reference = 'euro';
      update ledger.transfers set reference = 'euro' where reference = 'x'`,
    caughtBy: ['batch_hashes'],
    saying: ['(transfers: id of salary)', '(transfers: id of euro)'],
  },
  {
    what: 'metadata of a transfer',
    does: `update ledger.transfers set metadata = '{"month":"june"}' where reference = 'salary'`,
    caughtBy: ['metadata_terms', 'batch_hashes'],
    saying: ['transfer of salary has metadata month=june, which is not indexed'],
  },
  {
    what: 'the same metadata, written with a space',
    does: `update ledger.transfers set metadata = '{"month": "may"}' where reference = 'salary'`,
    caughtBy: ['batch_hashes'],
    saying: ['(transfers: id of salary)'],
  },
  {
    what: 'metadata of an account',
    does: `update ledger.account_settings set metadata = '{"tier":"platinum"}' where account = @bob`,
    caughtBy: ['metadata_terms', 'batch_hashes'],
    saying: ['account of bob has metadata tier=platinum, which is not indexed'],
  },
  {
    what: 'the hash of a block',
    does: "update ledger.blocks set hash = sha256('x') where number = 1",
    caughtBy: ['block_chain'],
    saying: ['block 1 hashes to', 'block 2 continues'],
  },
  {
    what: 'rows, with the hash of their batch recomputed',
    does: async (database) => {
      await books.run(database, "update ledger.transfers set reference = 'changed' where reference = 'salary'")
      await rehash(database, positionOf('salary'))
    },
    caughtBy: ['block_chain'],
    saying: ['block 1 hashes to'],
  },
  {
    what: 'rows, with the hashes of their batch and its block recomputed',
    does: async (database) => {
      await books.run(database, "update ledger.transfers set reference = 'changed' where reference = 'salary'")
      await rehash(database, positionOf('salary'))
      await rehashBlock(database, 1)
    },
    caughtBy: ['block_chain'],
    saying: ['block 2 continues'],
  },
  {
    what: 'the order of batches in a block',
    does: `update ledger.blocks set batches = (select array_agg(b order by b desc) from unnest(batches) b) where number = 2`,
    caughtBy: ['block_chain'],
    saying: ['block 2 hashes to'],
  },
  {
    what: 'a batch that is sealed, marked as one that waits',
    does: 'update ledger.batches set is_unsealed = true where position = $other',
    caughtBy: ['block_chain'],
    saying: ['is sealed, but marked as waiting to be'],
  },
  {
    what: 'a batch, sealed a second time by a block that fits',
    does: async (database) => {
      await books.run(
        database,
        `insert into ledger.blocks (number, previous, hash, batches)
          select number + 1, hash, '', array[$other] from ledger.blocks where number = 2`,
      )
      await rehashBlock(database, 3)
    },
    caughtBy: ['block_chain'],
    saying: ['is sealed 2 times'],
  },
  {
    what: 'a block of the middle, gone',
    does: 'delete from ledger.blocks where number = 1',
    caughtBy: ['block_chain'],
    saying: ['block 2 follows block 0: expected block 1'],
  },
  {
    what: 'the lower limit of an account, loosened',
    does: 'update ledger.account_settings set min_available = -1000000 where account = @bob',
    caughtBy: ['batch_hashes'],
    saying: ['its 14 rows hash to'],
  },
]

/** SQL that books 1 from alice to bob at a position, as if it were properly booked. */
function forge(position: string): string {
  const entry = (code: string, delta: number, side: number) => `
    insert into ledger.entries (account, version, position, transfer, posted_delta, pending_delta, posted,
        pending_out, pending_in, recorded_at, kind, side)
      select account, version + 1, ${position}, ${position}, ${delta}, 0, posted + ${delta}, pending_out, pending_in,
        (select recorded_at from ledger.batches where position = $other), 1, ${side}
      from ledger.entries where account = @${code} order by version desc limit 1;`
  return `insert into ledger.transfers (position, source, destination, amount, effective_at, recorded_at, id, book_id, flags)
      select ${position}, @alice, @bob, 1, recorded_at, recorded_at, gen_random_uuid(), 1, 0
      from ledger.batches where position = $other;
    ${entry('alice', -1, 0)} ${entry('bob', 1, 1)}`
}

function positionOf(reference: string): number {
  return Number(books.positions.get(reference))
}

describe('the verifier', () => {
  it.each(tamperings)('detects tampering: $what', (tampering) => detects(books, tampering))
})
