import { afterAll, beforeAll, describe, it } from 'vitest'
import { detects, keepSealedBooks, type SealedBooks, type Tampering } from '#testing'

let books: SealedBooks

beforeAll(async () => {
  books = await keepSealedBooks()
})

afterAll(() => books.drop())

const tamperings: readonly Tampering[] = [
  {
    what: 'the lower limit of an account, tightened after the fact',
    does: 'update ledger.account_settings set min_available = 800 where account = @alice and version = 0',
    caughtBy: ['bounded', 'batch_hashes'],
    saying: ['version 2 of account of alice leaves 700 available, below the min_available of 800 then in force'],
  },
  {
    what: 'the upper limit of an account, lowered after the fact',
    does: 'update ledger.account_settings set max_balance = 350 where account = @bob',
    caughtBy: ['bounded', 'batch_hashes'],
    saying: ['version 4 of account of bob leaves 397 posted and coming in, above the max_balance of 350 then in force'],
  },
  {
    what: 'later settings, gone',
    does: 'delete from ledger.account_settings where account = @alice and version > 0',
    caughtBy: ['settings', 'metadata_terms', 'batch_hashes'],
    saying: ['of account of alice has no settings'],
  },
  {
    what: 'the opening settings of an account, gone',
    does: 'delete from ledger.account_settings where account = @bob',
    caughtBy: ['account_chains', 'settings', 'metadata_terms', 'batch_hashes'],
    saying: ['version 1 of account of bob follows version -1: expected version 0'],
  },
  {
    what: 'the end of a hold, from posted to voided',
    does: 'update ledger.resolutions set kind = 4, amount = 0 where transfer = $part',
    caughtBy: ['conserved', 'batch_hashes'],
    saying: [
      'the end of transfer of part: version 10 of account of alice has kind 3, expected 4; posted_delta -20, expected 0',
    ],
  },
  {
    what: 'the end of a hold, for more than was held',
    does: 'update ledger.resolutions set amount = 51 where transfer = $part',
    caughtBy: ['conserved', 'holds', 'batch_hashes'],
    saying: ['the end of transfer of part posts 51, more than the 50 that were held'],
  },
  {
    what: 'the end of a hold, gone',
    does: 'delete from ledger.resolutions where transfer = $gone',
    caughtBy: ['conserved', 'holds', 'batch_hashes'],
    saying: ['transfer of gone is pending, but is not held open'],
  },
  {
    what: 'a hold that ended a second time',
    does: `alter table ledger.resolutions drop constraint resolutions_pkey;
      insert into ledger.resolutions (transfer, position, amount, recorded_at, book_id, kind)
        select transfer, position + 1, amount, recorded_at, book_id, kind from ledger.resolutions where transfer = $whole`,
    caughtBy: ['conserved', 'once', 'holds', 'batch_hashes'],
    saying: ['transfer of whole was ended 2 times'],
  },
  {
    what: 'a refused id, gone',
    does: 'delete from ledger.transfers where flags & 4 = 4',
    caughtBy: ['batch_hashes'],
    saying: ['none of its rows is there'],
  },
  {
    what: 'a refused id, booked as well',
    does: `alter table ledger.transfers drop constraint transfers_pkey;
      update ledger.transfers set id = (select id from ledger.transfers where flags & 4 = 4) where reference = 'food'`,
    caughtBy: ['once', 'batch_hashes'],
    saying: ['of book 1 was booked 1 times and refused 1 times'],
  },
  {
    what: 'an id used twice',
    does: `alter table ledger.transfers drop constraint transfers_pkey;
      update ledger.transfers set id = (select id from ledger.transfers where reference = 'rent') where reference = 'food'`,
    caughtBy: ['once', 'batch_hashes'],
    saying: ['of book 1 was booked 2 times'],
  },
  {
    what: 'a reference used twice',
    does: `drop index ledger.transfers_by_reference;
      update ledger.transfers set reference = 'rent' where reference = 'food'`,
    caughtBy: ['once', 'batch_hashes'],
    saying: ['reference "rent" of book 1 is that of'],
  },
  {
    what: 'an entry written twice',
    does: `alter table ledger.entries drop constraint entries_pkey;
      insert into ledger.entries (account, version, position, transfer, posted_delta, pending_delta, posted,
          pending_out, pending_in, recorded_at, kind, side)
        select account, version, position, transfer, posted_delta, pending_delta, posted,
          pending_out, pending_in, recorded_at, kind, side from ledger.entries where position = $other and side = 1`,
    caughtBy: ['conserved', 'account_chains', 'batch_hashes'],
    saying: ['transfer of other has 3 entries, expected 2', 'book 2: entries in USD sum to 70, expected 0'],
  },
  {
    what: 'the asset of an account',
    does: "update ledger.accounts set asset = 'USD' where number = @carol:euro",
    caughtBy: ['conserved', 'batch_hashes'],
    saying: [
      'book 1: entries in EUR sum to -500, expected 0',
      'transfer of euro joins account of bank:euro and account of carol:euro, which differ in asset or book',
    ],
  },
  {
    what: 'the time of an entry',
    does: "update ledger.entries set recorded_at = recorded_at - interval '1 day' where account = @bob and version = 2",
    caughtBy: ['conserved', 'account_chains', 'batch_hashes'],
    saying: ['version 2 of account of bob is recorded at'],
  },
  {
    what: 'the time of a transfer and of its entries',
    does: `update ledger.transfers set recorded_at = recorded_at + interval '1 microsecond' where reference = 'other';
      update ledger.entries set recorded_at = recorded_at + interval '1 microsecond' where position = $other`,
    caughtBy: ['batch_hashes'],
    saying: ['what was written at position $other is recorded at'],
  },
  {
    what: 'the effective time of a transfer',
    does: "update ledger.transfers set effective_at = effective_at - interval '1 day' where reference = 'back'",
    caughtBy: ['backdated_entries', 'batch_hashes'],
    saying: ['version 4 of account of alice is backdated, but is not listed so'],
  },
  {
    what: 'the time of a batch',
    does: "update ledger.batches set recorded_at = recorded_at - interval '1 day' where position = $other",
    caughtBy: ['batch_hashes'],
    saying: ['what was written at position $other is recorded at'],
  },
  {
    what: 'an open hold, forgotten',
    does: 'delete from ledger.holds where transfer = $open',
    caughtBy: ['holds'],
    saying: [
      'transfer of open is pending, but is not held open',
      'account of alice: pending_out is 50 more than its open holds add up to',
    ],
  },
  {
    what: 'a hold that had ended, opened again',
    does: 'insert into ledger.holds (transfer, book_id) values ($gone, 1)',
    caughtBy: ['holds'],
    saying: [
      'transfer of gone is held open, but is not pending',
      'account of bob: pending_in is -50 more than its open holds add up to',
    ],
  },
  {
    what: 'the expiry of an open hold',
    does: "update ledger.holds set expires_at = '2100-01-01' where transfer = $open",
    caughtBy: ['holds'],
    saying: ['transfer of open is held open until another time than it says'],
  },
  {
    what: 'a backdated entry, no longer listed',
    does: 'delete from ledger.backdated_entries where account = @bob and position = $back',
    caughtBy: ['backdated_entries'],
    saying: ['version 3 of account of bob is backdated, but is not listed so'],
  },
  {
    what: 'a backdated entry with another amount',
    does: 'update ledger.backdated_entries set posted_delta = 1 where account = @bob and position = $back',
    caughtBy: ['backdated_entries'],
    saying: ['version 3 of account of bob is listed as backdated with what its entry does not say'],
  },
  {
    what: 'a metadata term, gone',
    does: 'delete from ledger.metadata_terms where position = $salary',
    caughtBy: ['metadata_terms'],
    saying: ['transfer of salary has metadata month=may, which is not indexed'],
  },
  {
    what: 'a metadata term of nothing',
    does: 'insert into ledger.metadata_terms (term, position) values (42, $rent)',
    caughtBy: ['metadata_terms'],
    saying: ['term 42 at $rent stands for no metadata of a transfer or account there'],
  },
]

describe('the verifier', () => {
  it.each(tamperings)('detects tampering: $what', (tampering) => detects(books, tampering))
})
