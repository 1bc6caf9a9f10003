import type { CallbackEvent } from '../callbacks.ts'
import type { FaultSettings } from '../faults/fault-schedule.ts'
import { resumeNetbankDay } from '../netbank/close-netbank-day.ts'
import type { NetbankStatement } from '../netbank/netbank-days.ts'
import { scheduleExpiry, scheduleNext } from '../operations/ending.ts'
import { scheduleApproval } from '../operations/mandates.ts'
import { type RailName, railNames } from '../operations/operation.ts'
import type { Total } from '../operations/operation-log.ts'
import { fromOperationRecord, type OperationRecord, toOperationRecord } from '../operations/operation-record.ts'
import { happenLate, type Submission, scheduleEnd } from '../operations/submit.ts'
import type { Statement } from '../statements.ts'
import type { Timestamp } from '../time.ts'
import type { World } from '../world.ts'
import type { JournalLine } from './journal.ts'
import type { Mandate } from './mandates.ts'
import type { Reversal } from './reversals.ts'

export type Unfinished = {
  readonly events: Map<string, CallbackEvent>
  readonly late: Submission[]
}

type StoredTotal = Omit<Total, 'amount'> & { readonly amount: string }
type StoredSubmission = Omit<Submission, 'amount'> & { readonly amount?: string }

type Parts = Pick<World, 'log' | 'statements' | 'faults' | 'forgotten' | 'netbankDays' | 'reversals' | 'mandates'>

export function replay(world: Parts, lines: readonly JournalLine[]): Unfinished {
  const unfinished: Unfinished = { events: new Map(), late: [] }
  for (const [kind, content] of lines) replayers[kind]?.(world, content, unfinished)
  return unfinished
}

/** The simulator itself wrote the lines, so the content has the type of its kind. */
const replayers: Readonly<Record<string, (world: Parts, content: unknown, unfinished: Unfinished) => void>> = {
  total: (world, content) => {
    const total = content as StoredTotal
    world.log.restoreTotal({ ...total, amount: BigInt(total.amount) })
  },
  counted: (world, content) => world.log.restore(fromOperationRecord(content as OperationRecord), true),
  operation: (world, content) => world.log.restore(fromOperationRecord(content as OperationRecord), false),
  forgotten: (world, content) => world.forgotten.restore(content as string),
  mandate: (world, content) => world.mandates.restore(content as Mandate),
  reversal: (world, content) => world.reversals.restore(content as Reversal),
  late: (_world, content, unfinished) => {
    const { amount, ...stored } = content as StoredSubmission
    unfinished.late.push({ ...stored, amount: amount === undefined ? undefined : BigInt(amount) })
  },
  event: (_world, content, unfinished) => {
    const event = content as CallbackEvent
    unfinished.events.set(event.id, event)
  },
  delivered: (_world, content, unfinished) => unfinished.events.delete(content as string),
  statement: (world, content) => world.statements.restore({ statement: content as Statement }),
  netbank_statement: (world, content) => world.netbankDays.restore(content as NetbankStatement),
  today: (world, content) => world.statements.restore({ today: content as string }),
  faults: (world, content) => {
    const [rail, settings] = content as [RailName, FaultSettings]
    world.faults.replace(rail, settings)
  },
}

export function* snapshot(world: Parts, unfinished: Unfinished): Iterable<JournalLine> {
  for (const total of world.log.totals()) yield ['total', { ...total, amount: String(total.amount) }]
  for (const operation of world.log.all()) yield ['counted', toOperationRecord(operation)]
  for (const key of world.forgotten.all()) yield ['forgotten', key]
  for (const mandate of world.mandates.all()) yield ['mandate', mandate]
  for (const reversal of world.reversals.all()) yield ['reversal', reversal]
  for (const submission of stillLate(world, unfinished)) {
    yield ['late', { ...submission, amount: submission.amount && String(submission.amount) }]
  }
  for (const event of unfinished.events.values()) yield ['event', event]
  for (const statement of world.statements.all()) yield ['statement', statement]
  for (const statement of world.netbankDays.all()) yield ['netbank_statement', statement]
  yield ['today', world.statements.today()]
  for (const rail of railNames) {
    const settings = world.faults.settings(rail)
    if (settings !== undefined) yield ['faults', [rail, settings]]
  }
}

export function resume(world: World, unfinished: Unfinished): void {
  for (const operation of world.log.all()) {
    if (operation.dispute !== undefined) scheduleExpiry(world, operation)
    if (operation.status === 'pending' && operation.dispute === undefined) scheduleEnd(world, operation)
    else scheduleNext(world, operation)
  }
  for (const mandate of world.mandates.all()) {
    if (mandate.state === 'pending' || mandate.asked !== undefined) scheduleApproval(world, mandate)
  }
  resumeNetbankDay(world)
  for (const submission of stillLate(world, unfinished)) happenLate(world, submission)
  for (const event of unfinished.events.values()) void world.callbacks.send(event)
}

function stillLate(world: Parts, { late }: Unfinished): Submission[] {
  return late.filter(({ rail, key }) => world.log.find(rail, key) === undefined)
}

export function dateOf(timestamp: Timestamp): string {
  return new Date(timestamp / 1000).toISOString().slice(0, 10)
}
