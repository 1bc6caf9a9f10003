import type { Database, Transaction } from '../postgres/index.ts'
import type { ActingCall } from './acts.ts'
import { httpProblems } from './answering/problem-catalog.ts'
import type { Answer, Route, RouteRequest } from './route.ts'
import { markableNeeds, mayWait, type SecondPerson } from './second-person.ts'

type Handle = (request: RouteRequest, tx: Transaction) => Promise<Answer>
type Holding = {
  readonly secondPerson: SecondPerson | undefined
  readonly handle: Handle
  readonly callOf: (route: Route, request: RouteRequest) => ActingCall
}

/** Handles a call at once, or once a second person has approved it. */
export function holdForSecond(route: Route, { secondPerson, handle, callOf }: Holding): Handle {
  if (secondPerson === undefined || !mayWait(route)) return handle
  return async (request, tx) => {
    const needs = markableNeeds(route, request.body)
    if (needs.length === 0) return handle(request, tx)
    const held = await secondPerson.hold(tx, { request, route, needs, call: () => callOf(route, request) })
    if (held.kind === 'held') return request.refuse(held.refusal, { approval: held.approval })
    if (held.kind === 'free') return handle(request, tx)
    request.approvedBy(held.by)
    const answered = await handle(request, tx)
    if (answered.status < 400) await held.end()
    return answered
  }
}

type Unasked = { readonly secondPerson: SecondPerson | undefined; readonly database: Database }

/** Of a route with several transactions: its calls are refused where a second person is needed. */
export function refuseUnasked(
  route: Route,
  { secondPerson, database }: Unasked,
): ((request: RouteRequest) => Promise<Answer | undefined>) | undefined {
  if (secondPerson === undefined || !mayWait(route)) return undefined
  return async (request) => {
    const needs = markableNeeds(route, request.body)
    if (needs.length === 0 || !(await secondPerson.isMarked(database, { request, needs }))) return undefined
    const { explanation } = httpProblems.second_person_needed
    const message = `${explanation} A batch cannot wait: send its parts one by one.`
    return request.refuse({ code: 'second_person_needed', message })
  }
}
