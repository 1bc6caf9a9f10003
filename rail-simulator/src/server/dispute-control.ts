import { hasStages } from '../operations/dispute-stages.ts'
import { moveDispute, openDispute, openStaged } from '../operations/ending.ts'
import { disputeStages, type Operation, takenBy } from '../operations/operation.ts'
import { show } from '../operations/render.ts'
import type { World } from '../world.ts'
import { type Fields, parseFields, readAmount, readNumber, readOneOf } from './fields.ts'
import { type Control, readCode, readOperation } from './named-operation.ts'
import { type Answer, invalid, problem } from './problem.ts'

const yearMs = 365 * 24 * 3_600_000

export const disputeControl: Control = {
  fields: ['operation', 'amount', 'reason', 'stage', 'evidence_due_ms', 'fee'],
  act: open,
}

/** Without a stage, the money is gone at once, and the rail reports nothing more. */
function open(world: World, fields: Fields): Answer {
  const operation = readOperation(world, fields.operation)
  if (operation.kind !== 'charge' && operation.kind !== 'capture') {
    throw invalid({ param: 'operation', detail: 'must be a charge or a capture' })
  }
  if (operation.rail === 'netbank') throw invalid({ param: 'operation', detail: 'has returns instead of disputes' })
  const left = takenBy(operation) - operation.disputed - operation.returned
  const amount = fields.amount === undefined ? left : readAmount(fields)
  if (amount > left || amount === 0n) return problem('declined', { detail: `${left} is left to dispute` })
  const reason = fields.reason === undefined ? undefined : readCode(fields, 'reason')
  const opened =
    fields.stage === undefined
      ? openDispute(world, operation, amount, reason)
      : staged(world, operation, fields, { amount, reason })
  return { status: 201, body: JSON.stringify(show(world, opened)) }
}

function staged(
  world: World,
  operation: Operation,
  fields: Fields,
  { amount, reason }: { readonly amount: bigint; readonly reason: string | undefined },
): Operation {
  if (!hasStages(operation.rail)) throw invalid({ param: 'stage', detail: `is none of the rail ${operation.rail}` })
  const { evidence_due_ms: due, fee } = fields
  return openStaged(world, operation, {
    ...{ amount, reason },
    stage: readOneOf(fields.stage, 'stage', disputeStages),
    evidenceDueMs: due === undefined ? undefined : readNumber(due, 'evidence_due_ms', yearMs),
    fee: fee === undefined ? undefined : readAmount({ amount: fee }),
  })
}

/** Any stage may follow any other: clients must bear what a bank does. */
export function moveOn(world: World, id: string | undefined, body: string): Answer {
  const fields = parseFields(body, ['stage'])
  const dispute = readOperation(world, id)
  if (dispute.dispute === undefined) throw invalid({ param: 'operation', detail: 'must be a dispute with stages' })
  moveDispute(world, dispute, readOneOf(fields.stage, 'stage', disputeStages))
  return { status: 200, body: JSON.stringify(show(world, dispute)) }
}
