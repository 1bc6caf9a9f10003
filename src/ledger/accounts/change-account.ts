import { accepted, type Result } from '#kernel'
import { appendEventsSteps } from '#platform/outbox'
import type { BurstStep, Transaction } from '#platform/postgres'
import { beginBatchStep, lockAccountsStep, readHeadsStep, toBatchMoment, toHeads } from '../booking/batch-store.ts'
import { type Attempt, attemptWithin } from '../booking/conflict.ts'
import type { Flights } from '../booking/flights.ts'
import type { Heads } from '../booking/heads.ts'
import type { Account, AccountState, ChangeAccount, Metadata } from '../commands.ts'
import type { EndLapsedHolds } from '../holds/end-lapsed-holds.ts'
import { countLapsedSince } from '../holds/lapsed-holds-read-model.ts'
import type { LedgerRefusal, LedgerRefusalCode } from '../refusals.ts'
import { accountState, positionsPerBatch } from '../sealing/journal.ts'
import { metadataTerm } from '../transfers/metadata-term.ts'
import { refusal } from '../transfers/transfer-rules.ts'
import type { Head } from '../transfers/working-set.ts'
import type { AccountDirectory } from './account-directory.ts'
import type { AccountFacts } from './account-facts.ts'
import { AccountRows } from './account-rows.ts'
import { deleteMetadataTerms, readCurrentSettings } from './account-store.ts'
import { renderAccount } from './render-account.ts'

export type ChangingDependencies = {
  readonly directory: AccountDirectory
  readonly heads: Heads
  readonly flights: Flights
  readonly endLapsedHolds: EndLapsedHolds
  readonly onChanging: (account: number) => void
  readonly isReserved: (code: string) => boolean
  readonly onLocked?: ((before: Account) => void) | undefined
}

/** The caller most likely commits within this time. */
const expectMs = 500

/**
 * Changes an account in the caller's transaction. When nothing changes, the version stays. Refuses, in this order:
 * account_not_found, account_reserved (limits and state only), account_closed, condition_not_met, account_not_empty
 * (closing), account_not_frozen (unfreezing), limits_contradict.
 */
export async function changeAccount(
  tx: Transaction,
  deps: ChangingDependencies,
  command: ChangeAccount,
): Promise<Result<Account, LedgerRefusalCode>> {
  const { directory, heads, flights, isReserved, onChanging } = deps
  const named = { book: command.book, reference: command.account }
  if (directory.known(named.book, named.reference) === undefined) await directory.load(tx, [named])
  const facts = directory.known(named.book, named.reference)
  if (facts === undefined) return { ok: false, refusal: refusal('account_not_found', 'account') }
  const { state, minAvailable, maxBalance } = command
  const isMoreThanMetadata = state !== undefined || minAvailable !== undefined || maxBalance !== undefined
  if (isMoreThanMetadata && isReserved(facts.code)) {
    return { ok: false, refusal: refusal('account_reserved', 'account') }
  }
  onChanging(facts.number)
  heads.beginPosting([facts.number])
  try {
    await flights.landed([facts.number])
    return await attemptWithin(tx, (attempt) => changeFound(tx, deps, { attempt, facts, command }))
  } finally {
    heads.forget(facts.number)
    heads.endPosting([facts.number], expectMs)
  }
}

type Change = { readonly attempt: Attempt; readonly facts: AccountFacts; readonly command: ChangeAccount }

async function changeFound(
  tx: Transaction,
  deps: ChangingDependencies,
  { attempt, facts, command: asked }: Change,
): Promise<Result<Account, LedgerRefusalCode>> {
  const [, answer] = await tx.burst([attempt.begin, readHeadsStep([facts.number])])
  const read = toHeads(answer ?? nothing)[0]
  if (read === undefined) return { ok: false, refusal: refusal('account_not_found', 'account') }
  // End holds before locking this account: ending one locks the accounts of both sides, in one order.
  const isMet = asked.version === undefined || asked.version === read.version
  const isHeld = read.pendingOut > 0n || read.pendingIn > 0n
  if (isMet && isHeld) await deps.endLapsedHolds(tx, facts)
  const found = await lockHead(tx, facts.number)
  if (found === undefined) return { ok: false, refusal: refusal('account_not_found', 'account') }
  const { head, number, now } = found
  // The client cannot know the entries that end lapsed holds, so they do not violate its condition.
  const ended = isMet && isHeld ? await countLapsedSince(tx, { account: facts.number, version: read.version }) : 0
  const command = asked.version === undefined ? asked : { ...asked, version: asked.version + ended }
  const current = await readCurrentSettings(tx, facts.number)
  const before: Account = {
    ...{ id: facts.id, code: facts.code, asset: facts.asset, book: facts.book },
    ...{ posted: head.posted, pendingOut: head.pendingOut, pendingIn: head.pendingIn, version: head.version },
    ...{ state: stateName(head.state), minAvailable: head.minAvailable, maxBalance: head.maxBalance },
    ...{ metadata: current.metadata, createdAt: current.createdAt },
  }
  deps.onLocked?.(before)
  const because = refuse(command, before)
  if (because !== undefined) return { ok: false, refusal: because }
  const after = changed(command, before)
  if (after.version === before.version) return accepted(before)

  const position = number * positionsPerBatch
  const rows = new AccountRows(position)
  const { version, minAvailable, maxBalance, metadata } = after
  const state = accountState[after.state]
  rows.settings({ account: facts.number, version, position, minAvailable, maxBalance, state, metadata }, now)
  const headAfter: Head = { ...head, version }
  rows.settingEntry(headAfter, position, now)
  await replaceTerms(tx, rows, facts.number, before, after)
  const event = { book: facts.book, type: eventOf(before.state, after.state), data: renderAccount(after) }
  await tx.burst([...rows.steps(now), ...appendEventsSteps(now, [event]), attempt.keep])
  return accepted(after)
}

async function lockHead(tx: Transaction, account: number, before: readonly BurstStep[] = []) {
  const answers = await tx.burst([...before, lockAccountsStep([account]), readHeadsStep([account]), beginBatchStep])
  const [heads, moment] = answers.slice(-2)
  const head = toHeads(heads ?? nothing)[0]
  if (head === undefined) return undefined
  const { number, now } = toBatchMoment(moment ?? nothing)
  return { head, number, now: Math.max(now, head.recordedAt) }
}

const nothing = { rows: [], tag: '' } as const

function stateName(code: number): AccountState {
  if (code === accountState.open) return 'open'
  return code === accountState.frozen ? 'frozen' : 'closed'
}

function refuse(command: ChangeAccount, account: Account): LedgerRefusal | undefined {
  if (account.state === 'closed' && command.state !== 'closed') return refusal('account_closed', 'account')
  if (command.version !== undefined && command.version !== account.version)
    return refusal('condition_not_met', 'version')
  if (command.state === 'open' && account.state !== 'frozen') return refusal('account_not_frozen', 'account')
  const empty = account.posted === 0n && account.pendingOut === 0n && account.pendingIn === 0n
  if (command.state === 'closed' && !empty) return refusal('account_not_empty', 'account')
  const { minAvailable = account.minAvailable, maxBalance = account.maxBalance } = command
  const contradict = minAvailable !== null && maxBalance !== null && minAvailable > maxBalance
  return contradict ? refusal('limits_contradict', 'max_balance') : undefined
}

function changed(command: ChangeAccount, before: Account): Account {
  const after: Account = {
    ...before,
    state: command.state ?? before.state,
    minAvailable: command.minAvailable === undefined ? before.minAvailable : command.minAvailable,
    maxBalance: command.maxBalance === undefined ? before.maxBalance : command.maxBalance,
    metadata: command.metadata ?? before.metadata,
  }
  const same =
    after.state === before.state &&
    after.minAvailable === before.minAvailable &&
    after.maxBalance === before.maxBalance &&
    JSON.stringify(sorted(after.metadata)) === JSON.stringify(sorted(before.metadata))
  return same ? before : { ...after, version: before.version + 1 }
}

function sorted(metadata: Metadata): [string, string][] {
  return Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1))
}

async function replaceTerms(
  tx: Transaction,
  rows: AccountRows,
  account: number,
  before: Account,
  after: Account,
): Promise<void> {
  if (before.metadata === after.metadata) return
  const gone = Object.entries(before.metadata).filter(([key, value]) => after.metadata[key] !== value)
  const added = Object.entries(after.metadata).filter(([key, value]) => before.metadata[key] !== value)
  if (gone.length > 0) {
    await deleteMetadataTerms(
      tx,
      gone.map((pair) => metadataTerm(before.book, 'account', pair)),
      account,
    )
  }
  rows.terms(account, { book: after.book, metadata: Object.fromEntries(added) })
}

function eventOf(before: AccountState, after: AccountState): string {
  if (before === after) return 'account.updated'
  if (after === 'open') return 'account.unfrozen'
  return after === 'frozen' ? 'account.frozen' : 'account.closed'
}
