import { Fault } from '#platform/faults'
import type { RailAdapter } from './rail-adapter.ts'
import { onUnknownOf } from './reversals.ts'

/** An adapter has the members that its capabilities need. Throws the Fault `rail_settings_wrong`, for the operator. */
export function requireMembers(adapter: RailAdapter): void {
  const { name, capabilities } = adapter
  const { operations, mandates } = capabilities
  const isReversing = [...operations].some((operation) => onUnknownOf(capabilities, operation) !== 'inquire')
  if (isReversing && adapter.reverse === undefined) {
    throw wrong(`The rail ${name} says that a call without an answer is reversed, and its adapter has no "reverse".`)
  }
  const needed = ['createMandate', 'inquireMandate', 'cancelMandate'] as const
  const missing = mandates && needed.find((member) => adapter[member] === undefined)
  if (missing) throw wrong(`The rail ${name} says that it keeps mandates, and its adapter has no "${missing}".`)
}

function wrong(message: string): Fault {
  return new Fault({ code: 'rail_settings_wrong', message, retryable: false })
}
