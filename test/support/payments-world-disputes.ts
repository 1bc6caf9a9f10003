import type { Dispute, Transition } from '#payments'
import type { DisputeReport, DisputeStage } from '#rails'
import type { ModelDispute } from './model-rail.ts'
import { found, type World } from './payments-world.ts'

/** Reports one of the rail's reports, which may be an old or a repeated one. */
export function reportDispute(
  world: World,
  dispute: ModelDispute,
  { which = dispute.reports.length - 1, ...details }: { readonly which?: number } & Partial<DisputeReport> = {},
): Transition {
  const report = dispute.reports[which]
  if (report === undefined) throw new Error('the rail has reported it')
  const row = rowOf(world, dispute)
  const { amount } = dispute
  const news = { kind: 'reported', report: { stage: report.stage, amount, ...details }, at: report.at } as const
  return input(world, row, news)
}

/** An operator repeats what the books had refused. */
export function deliverDispute(world: World, id: string): Transition {
  return input(world, found(world.disputes, id), { kind: 'deliver' })
}

function input(world: World, row: Dispute, news: Parameters<typeof newsOf>[1]): Transition {
  return world.input('payment', row.payment, newsOf(row, news, world))
}

function newsOf(
  dispute: Dispute,
  news: Extract<Parameters<World['input']>[2], { readonly news: unknown }>['news'],
  world: World,
) {
  const capture = dispute.capture === undefined ? undefined : found(world.captures, dispute.capture)
  return { kind: 'dispute', dispute, news, ...(capture !== undefined && { capture }) } as const
}

/** Stored when the first report of it comes, as the engine does. */
function rowOf(world: World, { reference, rail, operation, amount }: ModelDispute): Dispute {
  const known = [...world.disputes.values()].find((one) => one.reference === reference)
  if (known !== undefined) return known
  const { subject } = found(world.attempts, operation.id)
  const capture = subject.kind === 'capture' ? subject.id : undefined
  const row: Dispute = {
    ...{ id: world.newId(), book: 1, payment: subject.id, rail, reference, attempt: operation.id, capture },
    ...(capture !== undefined && { payment: found(world.captures, capture).payment }),
    originalReference: capture === undefined ? operation.reference : undefined,
    ...{ amount, asset: 'USD', reason: undefined, evidenceDueAt: undefined, fee: undefined },
    ...{ stage: 'inquiry' satisfies DisputeStage, stageAt: 0, createdAt: world.now, version: 0 },
  }
  world.disputes.set(row.id, row)
  return row
}
