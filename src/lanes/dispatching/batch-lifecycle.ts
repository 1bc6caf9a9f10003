import { faultPoint } from '#platform/faults'
import type { UnitLine } from '#platform/postgres'
import type { LaneEngine, Taking } from '../engines/engine.ts'
import { tenantOf } from '../engines/enqueue.ts'
import type { TakenMessage } from '../engines/taken-message.ts'
import type { Breakers } from '../failures/breakers.ts'
import { isolateFailures } from '../failures/isolate-failures.ts'
import type { Occupancy } from '../fairness/capacity.ts'
import { noteOldest, type Queue, type Run } from '../fairness/queue.ts'
import type { Claim, TenantCount } from '../fairness/tenant-ring.ts'
import { lanePolicies } from '../lane-policy.ts'
import type { AfterCommit, Message } from '../lanes.ts'
import type { LaneFlows } from '../operating/lane-flow.ts'
import { noteStages, type StageTimes, traceMessages } from '../operating/stage-times.ts'
import { type BatchEnd, runBatch } from './run-batch.ts'

export type BatchContext = {
  readonly occupancy: Occupancy
  readonly breakers: Breakers
  readonly flows: LaneFlows
  readonly putBack: LaneEngine['putBack']
  readonly onFault: (error: unknown) => void
  readonly onChange: () => void
  readonly onTaken: (queue: Queue, count: number) => void
  /** Called on a database fault; the dispatcher then pauses the queue. */
  readonly onBroken: (queue: Queue, error: unknown) => void
}

export type Occupied = { readonly messages: readonly TakenMessage[]; readonly work: AfterCommit | undefined }

/** Does not throw: a database fault goes to `onBroken`, and the messages stay in the queue. */
export async function completeBatch(
  context: BatchContext,
  batch: { readonly queue: Queue; readonly run: Run; readonly claim: Claim; readonly taking: Taking },
  line: UnitLine,
): Promise<Occupied> {
  const { queue, run, claim, taking } = batch
  let taken: readonly TakenMessage[] | undefined
  const times: StageTimes = { claimMs: run.startedMs }
  const onTaken = (messages: readonly TakenMessage[]) => {
    taken = messages
    run.phase = 'handling'
    times.handleMs = performance.now()
    queue.backlog = queue.ring.claimed(claim, countByTenant(messages))
    noteOldest(queue, messages, performance.now())
    context.occupancy.takeSlots(queue.name.lane, messages.length)
    queue.inFlight += messages.length
    context.onTaken(queue, messages.length)
  }
  const onCommitting = () => {
    run.phase = 'committing'
    times.commitMs = performance.now()
    context.onChange()
  }
  try {
    const end = await runBatch(line, { handler: queue.handler, taking, onTaken, onCommitting })
    const work =
      end.kind === 'done'
        ? settleDone(context, { queue, end, times })
        : await isolate(context, { queue, line, end, taking })
    queue.faults = 0
    taking.settled()
    return { messages: end.messages, work }
  } catch (error) {
    context.onBroken(queue, error)
    taking.returned()
    if (taken === undefined) queue.ring.unclaimed(claim)
    else returnTo(queue, taken)
    return { messages: taken ?? [], work: undefined }
  }
}

type DoneBatch = {
  readonly queue: Queue
  readonly end: BatchEnd & { readonly kind: 'done' }
  readonly times: StageTimes
}

function settleDone({ flows, breakers }: BatchContext, { queue, end, times }: DoneBatch) {
  const { lane } = queue.name
  const flow = flows[lane]
  noteStages(flow, times)
  traceMessages(queue.name, end.messages, times)
  flow.done += end.messages.length
  flow.batches += 1
  for (const { waitedMs } of end.messages) {
    flow.waitedMs += waitedMs
    if (waitedMs <= lanePolicies[lane].slaMs) flow.inTime += 1
  }
  for (const [tenant, { count, book }] of countByTenant(end.messages)) {
    breakers.observe(queue, { book, tenant }, { failed: 0, succeeded: count })
  }
  return end.work
}

async function isolate(
  { breakers, flows, putBack }: BatchContext,
  failed: {
    readonly queue: Queue
    readonly line: UnitLine
    readonly taking: Taking
    readonly end: BatchEnd & { readonly kind: 'failed' }
  },
): Promise<AfterCommit | undefined> {
  const { queue, line, end, taking } = failed
  const { name, handler } = queue
  const isolated = await isolateFailures(line, {
    ...{ handler, taking, putBack, ...end },
    onOutcome: (message, outcomes) => breakers.observe(queue, message, outcomes),
  })
  const flow = flows[name.lane]
  flow.done += isolated.succeeded
  flow.retried += isolated.retried
  flow.dead += isolated.dead
  // Some messages may be in the queue again. The failed transaction may still be ending, and may still lock others.
  returnTo(queue, end.messages)
  const { works } = isolated
  return works.length === 0
    ? undefined
    : async (settled) => void (await Promise.all(works.map((work) => work(settled))))
}

function returnTo(queue: Queue, messages: readonly TakenMessage[]): void {
  for (const tenant of countByTenant(messages).keys()) queue.ring.returned(tenant)
}

/** Frees the slot of each message as soon as its work after the commit has settled. */
export async function keepSlots(context: BatchContext, queue: Queue, { messages, work }: Occupied): Promise<void> {
  const { occupancy, flows, onFault, onChange } = context
  const { lane } = queue.name
  const begun = performance.now()
  const occupied = new Set(messages.map(({ id }) => id))
  const settled = (some: readonly Message[]) => {
    const own = some.filter(({ id }) => occupied.delete(id))
    occupancy.freeSlots(lane, own.length)
    queue.inFlight -= own.length
    flows[lane].slotMs += own.length * (performance.now() - begun)
    const counts = new Map<number, number>()
    for (const message of own) counts.set(tenantOf(message), (counts.get(tenantOf(message)) ?? 0) + 1)
    for (const [tenant, count] of counts) queue.ring.released({ tenant, count })
  }
  if (work !== undefined) {
    try {
      const working: Promise<void> = work((some) => {
        settled(some)
        onChange()
      })
      await working
      faultPoint('lanes.batch.after-work')
      flows[lane].stagesMs.after_commit += performance.now() - begun
    } catch (error) {
      onFault(error)
    }
  }
  settled(messages)
}

function countByTenant(messages: readonly TakenMessage[]): Map<number, TenantCount & { readonly book: number }> {
  const found = new Map<number, { count: number; lastId: bigint; book: number }>()
  for (const { tenant, id, book } of messages) {
    const known = found.get(tenant)
    if (known === undefined) found.set(tenant, { count: 1, lastId: id, book })
    else {
      known.count += 1
      known.lastId = id
    }
  }
  return found
}
