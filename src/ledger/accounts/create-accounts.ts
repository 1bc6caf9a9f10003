import { isoAsset, type Timestamp } from '#kernel'
import { appendEventsSteps } from '#platform/outbox'
import type { Transaction } from '#platform/postgres'
import { beginBatchStep, toBatchMoment } from '../booking/batch-store.ts'
import type { Account, AccountOutcome, CreateAccount } from '../commands.ts'
import type { LedgerRefusalCode } from '../refusals.ts'
import { accountState, positionsPerBatch } from '../sealing/journal.ts'
import { refusal } from '../transfers/transfer-rules.ts'
import { AccountRows } from './account-rows.ts'
import { insertAccounts, type Opening, readOpenings } from './account-store.ts'
import { readCustomAssets } from './asset-store.ts'
import { renderAccount } from './render-account.ts'

/**
 * Opens up to 10,000 accounts in order, each by itself. The same id and content again is a replay. Refuses, in this
 * order: id_already_used, account_reserved, asset_not_found, limits_contradict, account_code_taken.
 */
export async function createAccounts(
  tx: Transaction,
  commands: readonly CreateAccount[],
  isReserved: (code: string) => boolean = () => false,
): Promise<readonly AccountOutcome[]> {
  const known = await readOpenings(tx, commands)
  const assets = await readCustomAssets(tx, commands)
  const codes = new Set<string>()
  const ids = new Set<string>()
  // Keyed by index, as the same command may occur twice.
  const candidates = new Map<number, CreateAccount>()
  const early = commands.map((command, index) => {
    const decided = known.get(keyOf(command.book, command.id))
    if (decided !== undefined) return replay(command, decided)
    if (isReserved(command.code)) return no('account_reserved', 'code')
    const because = refuse(command, assets.has(keyOf(command.book, command.asset)))
    if (because !== undefined) return because
    if (ids.has(keyOf(command.book, command.id))) return undefined
    if (codes.has(keyOf(command.book, command.code))) return no('account_code_taken', 'code')
    codes.add(keyOf(command.book, command.code))
    ids.add(keyOf(command.book, command.id))
    candidates.set(index, command)
    return undefined
  })
  const opened = await open(tx, [...candidates.values()])
  // An account that was not opened collided with an id or code that has just appeared.
  const late =
    opened.size < candidates.size ? await readOpenings(tx, [...candidates.values()]) : new Map<string, Opening>()
  return commands.map((command, index) => {
    const outcome = early[index]
    if (outcome !== undefined) return outcome
    const key = keyOf(command.book, command.id)
    const account = opened.get(key)
    // The same id twice in one batch is a replay of the first, or a misuse of the id.
    if (account !== undefined) return candidates.has(index) ? first(account) : replay(command, { account })
    const decided = late.get(key)
    return decided === undefined ? no('account_code_taken', 'code') : replay(command, decided)
  })
}

function refuse(command: CreateAccount, isCustomAsset: boolean): AccountOutcome | undefined {
  if (isoAsset(command.asset) === undefined && !isCustomAsset) return no('asset_not_found', 'asset')
  const { minAvailable, maxBalance } = command
  const contradict = minAvailable !== null && maxBalance !== null && minAvailable > maxBalance
  return contradict ? no('limits_contradict', 'max_balance') : undefined
}

async function open(tx: Transaction, candidates: readonly CreateAccount[]): Promise<Map<string, Account>> {
  const opened = new Map<string, Account>()
  if (candidates.length === 0) return opened
  const [moment] = await tx.burst([beginBatchStep])
  const { number, now } = toBatchMoment(moment ?? { rows: [], tag: '' })
  const rows = new AccountRows(number * positionsPerBatch)
  const numbers = await insertAccounts(tx, candidates, rows.position, now)
  for (const [index, command] of candidates.entries()) {
    const account = numbers.get(command.id)
    if (account === undefined) continue
    const { minAvailable, maxBalance, metadata } = command
    const position = rows.position + index
    const state = accountState.open
    rows.opening(command, { account, version: 0, position, minAvailable, maxBalance, state, metadata }, now)
    opened.set(keyOf(command.book, command.id), openedAccount(command, now))
  }
  const events = [...opened.values()].map((account) => ({
    book: account.book,
    type: 'account.created',
    data: renderAccount(account),
  }))
  if (opened.size > 0) await tx.burst([...rows.steps(now), ...appendEventsSteps(now, events)])
  return opened
}

function openedAccount(command: CreateAccount, now: Timestamp): Account {
  const { id, code, asset, book, minAvailable, maxBalance, metadata } = command
  const balances = { posted: 0n, pendingOut: 0n, pendingIn: 0n, version: 0 }
  return { id, code, asset, book, state: 'open', minAvailable, maxBalance, ...balances, metadata, createdAt: now }
}

function replay(command: CreateAccount, { account }: Opening): AccountOutcome {
  for (const field of ['code', 'asset', 'minAvailable', 'maxBalance'] as const) {
    if (command[field] !== account[field]) return no('id_already_used', paramOf[field])
  }
  const keys = Object.keys(command.metadata)
  const same =
    keys.length === Object.keys(account.metadata).length &&
    keys.every((key) => command.metadata[key] === account.metadata[key])
  return same ? { ok: true, account, replayed: true } : no('id_already_used', 'metadata')
}

const paramOf = { code: 'code', asset: 'asset', minAvailable: 'min_available', maxBalance: 'max_balance' } as const

function first(account: Account): AccountOutcome {
  return { ok: true, account, replayed: false }
}

function no(code: LedgerRefusalCode, param: string): AccountOutcome {
  return { ok: false, refusal: refusal(code, param), replayed: false }
}

function keyOf(book: number, name: string): string {
  return `${book} ${name}`
}
