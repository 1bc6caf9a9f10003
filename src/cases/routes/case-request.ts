import { decodeId, idPrefix, type Uuid } from '#kernel'
import { type Caller, InvalidRequest, type RouteRequest } from '#platform/http'
import { type CaseAction, caseActions, noBook, type StatedOutcome, type SubjectAction } from '../case.ts'

/** The names of the acts in the log of acts. */
export const actNames = (action: CaseAction): readonly [string, ...string[]] =>
  action === 'write_off' ? [`case.${action}`, `case.${action}_proposed`] : [`case.${action}`]

export const caseActNames = caseActions.flatMap(actNames) as [string, ...string[]]

export const requestOf = ({ caller, record }: Pick<RouteRequest, 'caller' | 'record'>, id: string) => ({
  books: booksOf(caller),
  id: uuidOf(id),
  actor: caller.principal,
  record,
})

/** Who may act in any book also sees the cases that belong to none. */
export function booksOf({ book, permissions }: Caller): readonly number[] {
  return permissions.has('books:any') ? [book.number, noBook] : [book.number]
}

export function uuidOf(id: string): Uuid {
  const uuid = decodeId(idPrefix.case, id)
  if (uuid === undefined) throw new InvalidRequest('id must be the id of a case', { param: 'id' })
  return uuid
}

type ForceJson = {
  readonly outcome: StatedOutcome
  readonly evidence: string
  readonly rail_reference?: string
  readonly attempt?: string
}

export function statedIn({
  outcome,
  evidence,
  rail_reference: railReference,
  attempt: named,
}: ForceJson): SubjectAction {
  if (railReference !== undefined && outcome === 'failed') {
    throw new InvalidRequest('rail_reference is only for the outcome succeeded', { param: 'rail_reference' })
  }
  const attempt = named === undefined ? undefined : decodeId(idPrefix.attempt, named)
  if (named !== undefined && attempt === undefined) {
    throw new InvalidRequest('attempt must be the id of an attempt', { param: 'attempt' })
  }
  const about = { ...(railReference !== undefined && { railReference }), ...(attempt !== undefined && { attempt }) }
  return { action: 'force', outcome, evidence, ...about }
}
