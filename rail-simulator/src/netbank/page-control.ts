import { readOneOf } from '../server/fields.ts'
import { type Control, readOperation } from '../server/named-operation.ts'
import { problem } from '../server/problem.ts'
import { decide, decisions } from './pages.ts'
import { showTransaction } from './transaction.ts'

/** What the payer does at the page of a pay-in. */
export const pageControl: Control = {
  fields: ['operation', 'decision'],
  act: (world, fields) => {
    const operation = readOperation(world, fields.operation)
    const isPayIn = operation.rail === 'netbank' && operation.kind === 'charge'
    const isDone = isPayIn && decide(world, operation, readOneOf(fields.decision, 'decision', decisions))
    if (!isDone) return problem('operation_ended')
    return { status: 200, body: JSON.stringify(showTransaction(world, operation)) }
  },
}
