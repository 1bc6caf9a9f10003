import type { Static } from 'typebox'
import { assert, encodeId, idPrefix } from '#kernel'
import {
  type Answer,
  answer,
  InvalidRequest,
  type Route,
  type RouteRequest,
  refuseAbandoned,
  route,
} from '#platform/http'
import { type IdempotentRequest, itemRequests, once } from '#platform/idempotency'
import { type Database, repeatDeadlocked, type Transaction } from '#platform/postgres'
import type { CaseCommand, CaseRequest } from '../act-on-case.ts'
import type { CaseAction } from '../case.ts'
import type { Cases } from '../create-cases.ts'
import { caseActNames, requestOf } from './case-request.ts'
import { bulkAnswer, bulkBody } from './case-schemas.ts'

type BulkDependencies = {
  readonly database: Database
  readonly cases: Pick<Cases, 'act'>
  readonly onActed: () => void
}

type BulkRequest = RouteRequest<unknown, unknown, Static<typeof bulkBody>>

type Result = Static<typeof bulkAnswer>['data'][number]

/**
 * Each case has its own transaction, so that no lock is held while another case waits for its own. The requests of
 * others come in between.
 */
export function bulkRoute(deps: BulkDependencies): Route {
  return route({
    method: 'POST',
    path: '/v1/cases/actions',
    operation: 'act_on_cases',
    summary: 'Act on up to 100 cases',
    description:
      'Does the same action on each case, in the given order, each in its own transaction. A case that refuses it, or ' +
      'fails with `internal_error`, does not stop the others: `data` has the result of each. When the server cannot ' +
      'continue (503), the cases so far are done. Repeat the request with the same Idempotency-Key: it returns their ' +
      'first results, and continues with the others. `force` and `write_off` need the permission `cases:decide`.',
    tag: 'Cases',
    permission: 'cases:act',
    alsoNeeds: {
      permission: 'cases:decide',
      what: 'the actions `force` and `write_off`',
      paramOf: ({ action }) => (action === 'force' || action === 'write_off' ? 'action' : undefined),
    },
    body: bulkBody,
    answers: { 200: bulkAnswer },
    acts: caseActNames,
    writesBesides: () => true,
    handle: (request) => actOnEach(deps, request),
  })
}

async function actOnEach(deps: BulkDependencies, request: BulkRequest): Promise<Answer> {
  const { body, idempotency } = request
  const command = readCommand(body)
  const wanted = body.cases.map(({ id, revision }) => ({ ...requestOf(request, id), command, revision }))
  if (new Set(wanted.map(({ id }) => id)).size < wanted.length) {
    throw new InvalidRequest('cases must not have the same case twice', { param: 'cases' })
  }
  const { items, settled } =
    idempotency === undefined
      ? {}
      : await itemRequests(deps.database, idempotency, { count: wanted.length, inUse: request.inUse() })
  if (settled !== undefined) return request.settle(settled)
  const data: Result[] = []
  let isReplay = items !== undefined
  for (const [index, one] of wanted.entries()) {
    if (index > 0) await request.nextTurn()
    refuseAbandoned(request)
    const acted = await actOnOne(deps, request, { wanted: one, item: items?.[index] })
    data.push(acted.result)
    isReplay &&= acted.isReplay
  }
  const whole = answer(200, { data })
  return isReplay ? request.settle({ kind: 'replayed', answer: whole }) : whole
}

async function actOnOne(
  { database, cases, onActed }: BulkDependencies,
  { refusePart }: BulkRequest,
  { wanted, item }: { readonly wanted: CaseRequest; readonly item: IdempotentRequest | undefined },
): Promise<{ readonly result: Result; readonly isReplay: boolean }> {
  const id = encodeId(idPrefix.case, wanted.id)
  const work = async (tx: Transaction) => {
    const done = await cases.act(tx, wanted)
    const { code, message } = done.ok ? { code: null, message: null } : done.refusal
    return answer(200, { id, code, detail: message } satisfies Result)
  }
  try {
    const acted = item && (await repeatDeadlocked(() => once(database, item, work)))
    assert(acted?.kind !== 'mismatched', 'an item has the content of the request that took the key')
    const { body } = acted?.answer ?? (await repeatDeadlocked(() => database.unit(work)))
    const result = JSON.parse(body) as Result
    if (result.code === null) onActed()
    return { result, isReplay: acted?.kind === 'replayed' }
  } catch (error) {
    const { code, message } = refusePart(error)
    return { result: { id, code, detail: message }, isReplay: false }
  }
}

function readCommand({ action, outcome, evidence, owner, text }: Static<typeof bulkBody>): CaseCommand {
  if (action === 'force') {
    return { action, outcome: needed(outcome, 'outcome', action), evidence: needed(evidence, 'evidence', action) }
  }
  if (action === 'reassign') return { action, owner: needed(owner, 'owner', action) }
  if (action === 'note' || action === 'write_off') return { action, text: needed(text, 'text', action) }
  return { action }
}

function needed<Value>(value: Value | undefined, field: string, action: CaseAction): Value {
  if (value === undefined) throw new InvalidRequest(`${field} is required for the action ${action}`, { param: field })
  return value
}
