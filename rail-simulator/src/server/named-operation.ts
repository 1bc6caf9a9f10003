import { type Operation, railNames } from '../operations/operation.ts'
import type { World } from '../world.ts'
import { type Fields, readOneOf, readText } from './fields.ts'
import { type Answer, invalid, RequestProblem } from './problem.ts'

export type Control = { readonly fields: readonly string[]; readonly act: (world: World, fields: Fields) => Answer }

export function readCode(fields: Fields, name: string): string {
  return readText(fields, name, { form: /^[A-Z0-9]{2,8}$/, sentence: 'must be a code of 2 to 8 capitals and digits' })
}

export function readOperation(world: World, named: unknown): Operation {
  let operation: Operation | undefined
  if (typeof named === 'string') operation = world.log.get(named)
  else if (typeof named === 'object' && named !== null && 'rail' in named && 'idempotency_key' in named) {
    const rail = readOneOf(named.rail, 'operation.rail', railNames)
    operation = world.log.find(rail, String(named.idempotency_key))
  } else throw invalid({ param: 'operation', detail: 'must be an id, or an object of rail and idempotency_key' })
  if (operation === undefined) throw new RequestProblem('operation_not_found')
  return operation
}
