import type { Timestamp, Uuid } from '#kernel'
import type { AccountFacts } from '../accounts/account-facts.ts'
import type { BatchRows } from '../booking/batch-rows.ts'
import type {
  BookNumber,
  CommandGroup,
  CreateTransfer,
  ExpireTransfer,
  PostTransfer,
  TransferCommand,
  TransferOutcome,
  VoidTransfer,
} from '../commands.ts'
import { ExpiryRuns } from '../holds/expiry-runs.ts'
import type { LedgerRefusal } from '../refusals.ts'
import { accountState, entryKind, entrySide, transferFlag } from '../sealing/journal.ts'
import {
  type BookedTransfer,
  firstAnswer,
  madeTransfer,
  noMetadata,
  resolvedTransfer,
  type TransferRecord,
} from './transfer-record.ts'
import { firstDifference, isByProgram, optionsOf, requestText } from './transfer-request.ts'
import { amountToMove, refusal, refuseByAmount, refuseByFacts, refuseByState } from './transfer-rules.ts'
import type { WorkingSet } from './working-set.ts'

/** Either nothing is awaited while commands are decided, or their accounts are locked: the state does not change. */
export type Decision = {
  readonly set: WorkingSet
  readonly rows: BatchRows
  readonly now: Timestamp
  readonly clock: Timestamp
  /** By a command's place in the batch; only for commands that create a transfer. */
  readonly accounts: readonly CommandAccounts[]
}

type Writing = Omit<Decision, 'accounts'>

export type CommandAccounts = {
  readonly source: AccountFacts | undefined
  readonly destination: AccountFacts | undefined
}

/** Must run before anything is decided. Skips holds that have ended, and holds whose accounts this batch lacks. */
export function endLapsed(writing: Writing, holds: readonly BookedTransfer[]): void {
  const { set, rows, clock } = writing
  const runs = new ExpiryRuns()
  for (const found of holds) {
    const hold = openHold(set, found.book, found.id)
    if ('code' in hold || !hasLapsed(hold, clock)) continue
    end(writing, hold, entryKind.expired, 0n)
    runs.note(hold, { source: set.head(hold.source.number), destination: set.head(hold.destination.number) })
  }
  for (const run of runs.long()) rows.expiryRun(run)
}

function hasLapsed({ expiresAt }: BookedTransfer, clock: Timestamp): boolean {
  return expiresAt !== undefined && expiresAt <= clock
}

const commandsPerTurn = 250

/** Yields where a caller may let other work in, if nothing else can change the state meanwhile. */
export function* decideGroups(decision: Decision, groups: readonly CommandGroup[]): Deciding<TransferOutcome[][]> {
  const decided: TransferOutcome[][] = []
  let place = 0
  for (const { atomic, commands } of groups) {
    const first = place
    place += commands.length
    if (atomic && commands.length > 1) decided.push(yield* decideTogether(decision, commands, first))
    else {
      const outcomes: TransferOutcome[] = []
      for (const [index, command] of commands.entries()) {
        if (index > 0 && index % commandsPerTurn === 0) yield
        outcomes.push(decideAndRecord(decision, command, first + index))
      }
      decided.push(outcomes)
    }
  }
  return decided
}

export type Deciding<Decided> = Generator<undefined, Decided, undefined>

/** The first refusal rolls back the group and refuses the rest. An id decided before keeps its first answer. */
function* decideTogether(
  decision: Decision,
  commands: readonly TransferCommand[],
  first: number,
): Deciding<TransferOutcome[]> {
  const { set, rows } = decision
  const mark = rows.mark()
  set.beginGroup()
  const outcomes: TransferOutcome[] = []
  for (const [index, command] of commands.entries()) {
    if (index > 0 && index % commandsPerTurn === 0) yield
    const outcome = decide(decision, command, first + index)
    outcomes.push(outcome)
    if (!outcome.ok) break
  }
  const last = outcomes.at(-1)
  if (last === undefined || last.ok) {
    set.keepGroup()
    return outcomes
  }
  set.takeBackGroup()
  rows.rewind(mark)
  const culprit = outcomes.length - 1
  return commands.map((command, index) => {
    const outcome = index === culprit ? last : (answeredBefore(set, command) ?? no(refusal('group_refused')))
    record(decision, command, outcome)
    return outcome
  })
}

/** The answer of an earlier identical request under the command's id. */
function answeredBefore(set: WorkingSet, command: TransferCommand): TransferOutcome | undefined {
  const decided = command.kind === 'create' ? set.transfer(command.book, command.id) : undefined
  if (command.kind !== 'create' || decided === undefined) return undefined
  const outcome = replay(set, command, decided)
  return outcome.replayed ? outcome : undefined
}

function decideAndRecord(decision: Decision, command: TransferCommand, place: number): TransferOutcome {
  const outcome = decide(decision, command, place)
  if (!outcome.ok) record(decision, command, outcome)
  return outcome
}

/** Records a refusal under a client's id, so that a replay never books the refused transfer. */
function record(decision: Decision, command: TransferCommand, outcome: TransferOutcome): void {
  if (outcome.ok || outcome.replayed || command.kind !== 'create' || !command.idGiven) return
  if (decision.set.transfer(command.book, command.id) !== undefined) return
  const refused = {
    refusal: outcome.refusal,
    book: command.book,
    id: command.id,
    request: requestText(command),
  } as const
  decision.set.addTransfer(refused)
  decision.rows.refused(refused, command.amount, decision.now)
}

function decide(decision: Decision, command: TransferCommand, place: number): TransferOutcome {
  switch (command.kind) {
    case 'create':
      return create(decision, command, decision.accounts[place])
    case 'post':
      return post(decision, command)
    case 'void':
      return release(decision, command, entryKind.voided)
    case 'expire':
      return release(decision, command, entryKind.expired)
  }
}

function no(because: LedgerRefusal, replayed = false): TransferOutcome {
  return { ok: false, refusal: because, replayed }
}

function create(decision: Decision, command: CreateTransfer, accounts: CommandAccounts | undefined): TransferOutcome {
  const { set } = decision
  const { book, id, reference } = command
  const decided = set.transfer(book, id)
  if (decided !== undefined) return replay(set, command, decided)
  const source = accounts?.source
  if (source === undefined) return no(refusal('account_not_found', 'source'))
  const destination = accounts?.destination
  if (destination === undefined) return no(refusal('account_not_found', 'destination'))
  const byFacts = refuseByFacts(command, source, destination, decision)
  if (byFacts !== undefined) return no(byFacts)
  if (reference !== undefined && set.hasReference(book, reference)) return no(refusal('reference_taken', 'reference'))

  const from = set.head(source.number)
  const to = set.head(destination.number)
  const amount = amountToMove(command, from, to)
  const byState = refuseByState(command, from, to) ?? refuseByAmount(amount, from, to, command.pending === true)
  if (byState !== undefined) {
    set.relyUpon(source.number)
    set.relyUpon(destination.number)
    return no(byState)
  }
  return bookTransfer(decision, command, { source, destination, amount })
}

/** Returns the first outcome, or refuses with the field that differs. */
function replay(set: WorkingSet, command: CreateTransfer, decided: TransferRecord): TransferOutcome {
  const difference = firstDifference(command, decided, set)
  if (difference !== undefined) return no(refusal('id_already_used', difference))
  if (decided.refusal !== undefined) return no(decided.refusal, true)
  return { ok: true, transfer: firstAnswer(decided), replayed: true }
}

type Movement = { readonly source: AccountFacts; readonly destination: AccountFacts; readonly amount: bigint }

function bookTransfer(decision: Decision, command: CreateTransfer, movement: Movement): TransferOutcome {
  const { set, rows, now } = decision
  const { reference, effectiveAt } = command
  const { source, destination, amount } = movement
  const pending = command.pending === true
  const booked = madeTransfer({
    position: rows.nextPosition(),
    book: command.book,
    id: command.id,
    source,
    destination,
    amount,
    flags: (pending ? transferFlag.pending : 0) | (effectiveAt === undefined ? 0 : transferFlag.effectiveAtGiven),
    effectiveAt: effectiveAt ?? now,
    recordedAt: now,
    expiresAt: command.expiresAt,
    reference,
    metadata: command.metadata ?? noMetadata,
    options: optionsOf(command),
  })
  set.addTransfer(booked)
  if (reference !== undefined) set.addReference(booked.book, reference)
  rows.transfer(booked)
  const change = pending ? { posted: 0n, held: amount } : { posted: amount, held: 0n }
  const kind = pending ? entryKind.held : entryKind.posted
  move(decision, booked, { position: booked.position, kind, ...change })
  rows.event(pending ? 'transfer.pending' : 'transfer.posted', booked)
  return { ok: true, transfer: booked, replayed: false }
}

function openHold(set: WorkingSet, book: BookNumber, id: Uuid): BookedTransfer | LedgerRefusal {
  const record = set.transfer(book, id)
  if (record === undefined || record.refusal !== undefined) return refusal('transfer_not_found', 'id')
  if ((record.flags & transferFlag.pending) === 0) return refusal('transfer_not_pending', 'id')
  // This batch did not look up its accounts, so the transfer counts as created after the batch.
  const isLater = !set.hasHead(record.source.number) || !set.hasHead(record.destination.number)
  if (isLater) return refusal('transfer_not_found', 'id')
  switch (record.resolution?.kind) {
    case undefined:
      return record
    case entryKind.settled:
      return refusal('transfer_already_posted', 'id')
    case entryKind.voided:
      return refusal('transfer_already_voided', 'id')
    default:
      return refusal('transfer_expired', 'id')
  }
}

function post(writing: Writing, command: PostTransfer): TransferOutcome {
  const { set, clock } = writing
  const hold = openHold(set, command.book, command.id)
  if ('code' in hold) return no(hold)
  if (hasLapsed(hold, clock)) return no(refusal('transfer_expired', 'id'))
  if (isKept(hold, command)) return no(refusal('transfer_reserved', 'id'))
  const amount = command.amount ?? hold.amount
  if (amount > hold.amount) return no(refusal('amount_exceeds_hold', 'amount'))
  for (const side of ['source', 'destination'] as const) {
    const head = set.head(hold[side].number)
    if (head.state === accountState.frozen) {
      set.relyUpon(head.number)
      return no(refusal('account_frozen', side))
    }
  }
  return end(writing, hold, entryKind.settled, amount)
}

/** The hold belongs to the program, and the command does not. */
function isKept(hold: BookedTransfer, { byProgram }: PostTransfer | VoidTransfer): boolean {
  return byProgram !== true && isByProgram(hold)
}

function release(writing: Writing, command: VoidTransfer | ExpireTransfer, kind: number): TransferOutcome {
  const { set, now, clock } = writing
  const hold = openHold(set, command.book, command.id)
  if ('code' in hold) {
    // The start of this batch has already ended the hold, as the command requests.
    const own = kind === entryKind.expired ? set.ownTransfer(command.book, command.id) : undefined
    if (own === undefined || own.refusal !== undefined) return no(hold)
    const isDone = own.resolution?.kind === entryKind.expired && own.resolution.recordedAt === now
    return isDone ? { ok: true, transfer: own, replayed: false } : no(hold)
  }
  const lapsed = hasLapsed(hold, clock)
  if (kind === entryKind.expired && !lapsed) return no(refusal('hold_not_expired', 'id'))
  if (kind === entryKind.voided && lapsed) return no(refusal('transfer_expired', 'id'))
  if (command.kind === 'void' && isKept(hold, command)) return no(refusal('transfer_reserved', 'id'))
  return end(writing, hold, kind, 0n)
}

/** Posts `amount` and releases the whole hold. */
function end(writing: Writing, hold: BookedTransfer, kind: number, amount: bigint): TransferOutcome {
  const { set, rows, now } = writing
  const position = rows.nextPosition()
  const resolved = resolvedTransfer(hold, { kind, amount, recordedAt: now })
  set.replaceTransfer(resolved)
  rows.resolution(resolved, position)
  move(writing, hold, { position, kind, posted: amount, held: -hold.amount })
  rows.event(endEvents[kind] ?? 'transfer.settled', hold)
  return { ok: true, transfer: resolved, replayed: false }
}

const endEvents: Record<number, string> = {
  [entryKind.settled]: 'transfer.settled',
  [entryKind.voided]: 'transfer.voided',
  [entryKind.expired]: 'transfer.expired',
}

/** `posted` moves; `held` is held, or released when negative. */
type Operation = {
  readonly position: number
  readonly kind: number
  readonly posted: bigint
  readonly held: bigint
}

function move({ set, rows, now }: Writing, transfer: BookedTransfer, operation: Operation): void {
  const { position, kind, posted, held } = operation
  const from = set.head(transfer.source.number)
  const to = set.head(transfer.destination.number)
  set.touch(from)
  set.touch(to)
  from.posted -= posted
  to.posted += posted
  from.pendingOut += held
  to.pendingIn += held
  from.version += 1
  to.version += 1
  from.recordedAt = now
  to.recordedAt = now
  if (held > 0n && transfer.expiresAt !== undefined) {
    from.lapsesAt = Math.min(from.lapsesAt, transfer.expiresAt)
    to.lapsesAt = Math.min(to.lapsesAt, transfer.expiresAt)
  }
  const facts = { position, transfer: transfer.position, kind, pendingDelta: held, recordedAt: now }
  rows.entry(from, facts, entrySide.source, -posted)
  rows.entry(to, facts, entrySide.destination, posted)
  const backdated = (transfer.flags & transferFlag.effectiveAtGiven) !== 0 && transfer.effectiveAt < now
  if (backdated && posted !== 0n) {
    rows.backdated(transfer, facts, from, -posted)
    rows.backdated(transfer, facts, to, posted)
  }
}
