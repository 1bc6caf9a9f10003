import type { Timestamp, Uuid } from '#kernel'
import type { BatchRows } from './batch-rows.ts'
import type {
  BookNumber,
  CommandGroup,
  CreateTransfer,
  ExpireTransfer,
  PostTransfer,
  TransferCommand,
  TransferOutcome,
  VoidTransfer,
} from './commands.ts'
import { accountState, entryKind, entrySide, transferFlag } from './journal.ts'
import type { LedgerRefusal } from './refusals.ts'
import { type BookedTransfer, toFirstAnswer, toTransfer } from './transfer-record.ts'
import { firstDifference, optionsOf, requestText } from './transfer-request.ts'
import { amountToMove, refusal, refuseByAmount, refuseByFacts, refuseByState } from './transfer-rules.ts'
import type { Head, WorkingSet } from './working-set.ts'

/**
 * Decides commands one after another against the working set, and writes what they do to `rows`.
 * A single command: find what was decided under its id, load its accounts, refuse in the documented
 * order, book. Nothing is awaited here, so nothing can change underneath.
 */
export type Decision = { readonly set: WorkingSet; readonly rows: BatchRows; readonly now: Timestamp }

/** Decides the groups in order; outcomes in the order of each group's commands. */
export function decideGroups(decision: Decision, groups: readonly CommandGroup[]): TransferOutcome[][] {
  return groups.map((group) =>
    group.atomic && group.commands.length > 1
      ? decideTogether(decision, group.commands)
      : group.commands.map((command) => decideAndRecord(decision, command)),
  )
}

/** All or nothing: the first refusal takes back what the group did and refuses the rest with it. */
function decideTogether(decision: Decision, commands: readonly TransferCommand[]): TransferOutcome[] {
  const { set, rows } = decision
  const mark = rows.mark()
  set.beginGroup()
  const outcomes: TransferOutcome[] = []
  for (const command of commands) {
    const outcome = decide(decision, command)
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
    const outcome = index === culprit ? last : no(refusal('group_refused'))
    record(decision, command, outcome)
    return outcome
  })
}

function decideAndRecord(decision: Decision, command: TransferCommand): TransferOutcome {
  const outcome = decide(decision, command)
  if (!outcome.ok) record(decision, command, outcome)
  return outcome
}

/** Keeps the refusal of an id that the client chose, so that a replay never books what was refused. */
function record(decision: Decision, command: TransferCommand, outcome: TransferOutcome): void {
  if (outcome.ok || outcome.replayed || command.kind !== 'create' || !command.idGiven) return
  if (decision.set.transfer(command.book, command.id) !== undefined) return
  const refused = {
    refusal: outcome.refusal,
    book: command.book,
    id: command.id,
    request: requestText(command),
    resolution: undefined,
  } as const
  decision.set.addTransfer(refused)
  decision.rows.refused(refused, command.amount, decision.now)
}

function decide(decision: Decision, command: TransferCommand): TransferOutcome {
  switch (command.kind) {
    case 'create':
      return create(decision, command)
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

function create({ set, rows, now }: Decision, command: CreateTransfer): TransferOutcome {
  const { book, id, reference } = command
  const decided = set.transfer(book, id)
  if (decided !== undefined) {
    const difference = firstDifference(command, decided, set)
    if (difference !== undefined) return no(refusal('id_already_used', difference))
    if (decided.refusal !== undefined) return no(decided.refusal, true)
    return { ok: true, transfer: toFirstAnswer(decided), replayed: true }
  }
  const source = set.account(book, command.source)
  if (source === undefined) return no(refusal('account_not_found', 'source'))
  const destination = set.account(book, command.destination)
  if (destination === undefined) return no(refusal('account_not_found', 'destination'))
  const byFacts = refuseByFacts(command, source, destination, now)
  if (byFacts !== undefined) return no(byFacts)
  if (reference !== undefined && set.hasReference(book, reference)) return no(refusal('reference_taken', 'reference'))

  const from = set.head(source.number)
  const to = set.head(destination.number)
  const amount = amountToMove(command, from, to)
  const byState = refuseByState(command, from, to) ?? refuseByAmount(amount, from, to)
  if (byState !== undefined) {
    set.relyUpon(source.number)
    set.relyUpon(destination.number)
    return no(byState)
  }

  const pending = command.pending === true
  const booked: BookedTransfer = {
    refusal: undefined,
    position: rows.nextPosition(),
    book,
    id,
    source,
    destination,
    amount,
    flags:
      (pending ? transferFlag.pending : 0) | (command.effectiveAt === undefined ? 0 : transferFlag.effectiveAtGiven),
    effectiveAt: command.effectiveAt ?? now,
    recordedAt: now,
    expiresAt: command.expiresAt,
    reference,
    metadata: command.metadata,
    options: optionsOf(command),
    resolution: undefined,
  }
  set.addTransfer(booked)
  if (reference !== undefined) set.addReference(book, reference)
  move(set, from, to, pending ? { held: amount } : { posted: amount })
  rows.transfer(booked)
  const kind = pending ? entryKind.held : entryKind.posted
  writeEntries(rows, booked, booked.position, from, to, kind, pending ? 0n : amount, pending ? amount : 0n, now)
  const transfer = toFirstAnswer(booked)
  rows.event(pending ? 'transfer.pending' : 'transfer.posted', transfer)
  return { ok: true, transfer, replayed: false }
}

/** Finds the pending transfer a command means, or why it cannot be ended. */
function openHold(set: WorkingSet, book: BookNumber, id: Uuid): BookedTransfer | LedgerRefusal {
  const record = set.transfer(book, id)
  if (record === undefined || record.refusal !== undefined) return refusal('transfer_not_found', 'id')
  if ((record.flags & transferFlag.pending) === 0) return refusal('transfer_not_pending', 'id')
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

function post({ set, rows, now }: Decision, command: PostTransfer): TransferOutcome {
  const hold = openHold(set, command.book, command.id)
  if ('code' in hold) return no(hold)
  if (hold.expiresAt !== undefined && hold.expiresAt <= now) return no(refusal('transfer_expired', 'id'))
  const amount = command.amount ?? hold.amount
  if (amount > hold.amount) return no(refusal('amount_exceeds_hold', 'amount'))
  const from = set.head(hold.source.number)
  const to = set.head(hold.destination.number)
  for (const [head, side] of [
    [from, 'source'],
    [to, 'destination'],
  ] as const) {
    if (head.state === accountState.frozen) {
      set.relyUpon(head.number)
      return no(refusal('account_frozen', side))
    }
  }
  move(set, from, to, { posted: amount, held: -hold.amount })
  return end({ set, rows, now }, hold, entryKind.settled, amount)
}

/** Ends a hold without posting it: `voided` by request, `expired` by time. */
function release({ set, rows, now }: Decision, command: VoidTransfer | ExpireTransfer, kind: number): TransferOutcome {
  const hold = openHold(set, command.book, command.id)
  if ('code' in hold) return no(hold)
  const expired = hold.expiresAt !== undefined && hold.expiresAt <= now
  if (kind === entryKind.expired && !expired) return no(refusal('hold_not_expired', 'id'))
  move(set, set.head(hold.source.number), set.head(hold.destination.number), { held: -hold.amount })
  return end({ set, rows, now }, hold, kind, 0n)
}

/** Writes the end of a hold whose heads have been moved already. */
function end({ set, rows, now }: Decision, hold: BookedTransfer, kind: number, amount: bigint): TransferOutcome {
  const from = set.head(hold.source.number)
  const to = set.head(hold.destination.number)
  const position = rows.nextPosition()
  set.resolve(hold, { kind, amount, recordedAt: now })
  rows.resolution(hold, position, kind, amount, now)
  writeEntries(rows, hold, position, from, to, kind, amount, -hold.amount, now)
  const transfer = toTransfer(hold)
  rows.event(endEvents[kind] ?? 'transfer.settled', transfer)
  return { ok: true, transfer, replayed: false }
}

const endEvents: Record<number, string> = {
  [entryKind.settled]: 'transfer.settled',
  [entryKind.voided]: 'transfer.voided',
  [entryKind.expired]: 'transfer.expired',
}

/** Moves both heads: `posted` from one to the other, `held` (negative to release) on both. */
function move(set: WorkingSet, from: Head, to: Head, change: { posted?: bigint; held?: bigint }): void {
  set.touch(from)
  set.touch(to)
  if (change.posted !== undefined) {
    from.posted -= change.posted
    to.posted += change.posted
  }
  if (change.held !== undefined) {
    from.pendingOut += change.held
    to.pendingIn += change.held
  }
  from.version += 1
  to.version += 1
}

function writeEntries(
  rows: BatchRows,
  transfer: BookedTransfer,
  position: number,
  from: Head,
  to: Head,
  kind: number,
  posted: bigint,
  pendingDelta: bigint,
  now: Timestamp,
): void {
  const common = { position, transfer: transfer.position, kind, pendingDelta, recordedAt: now }
  rows.entry(from, common, entrySide.source, -posted)
  rows.entry(to, common, entrySide.destination, posted)
  const backdated = (transfer.flags & transferFlag.effectiveAtGiven) !== 0 && transfer.effectiveAt < now
  if (backdated && posted !== 0n) {
    rows.backdated(transfer, position, from, -posted, now)
    rows.backdated(transfer, position, to, posted, now)
  }
}
