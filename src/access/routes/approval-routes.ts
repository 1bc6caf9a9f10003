import { Type } from 'typebox'
import { encodeId, idPrefix, type Result, type Uuid, uuidOf } from '#kernel'
import { answer, closedObject, querySchema, type Route, type RouteRequest, route } from '#platform/http'
import { answerPage, pageQuery, pageRequest, pageSchema, publicIdCursor } from '#platform/lists'
import type { Database, Transaction } from '#platform/postgres'
import type { Approval } from '../approvals/approval.ts'
import { findApproval, listApprovals, readRules } from '../approvals/approval-store.ts'
import { decideApproval, withdrawApproval } from '../approvals/decide-approval.ts'
import { setRules } from '../approvals/set-rules.ts'
import { accessRefusals } from '../refusals.ts'
import {
  approvalId,
  approvalSchema,
  approvalStates,
  approvalView,
  lapseHoursDefault,
  rulesSchema,
  rulesView,
  setRulesSchema,
} from './approval-schemas.ts'

type Deps = { readonly database: Database }

const tag = 'Approvals'
const cursor = publicIdCursor(idPrefix.approval)
const onApproval = { tag, params: closedObject({ id: approvalId }) } as const
const notFound = { code: 'approval_not_found', message: accessRefusals.approval_not_found }

/** The routes `/v1/approvals` and `/v1/approval-rules`. */
export function approvalRoutes(deps: Deps): Route[] {
  return [...readRoutes(deps), ...decideRoutes(), withdrawRoute(), ...rulesRoutes(deps)]
}

function readRoutes({ database }: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/approvals',
      operation: 'list_approvals',
      summary: 'List what waits for a second person, or waited',
      tag,
      permission: 'approvals:read',
      readAct: 'approval.read',
      query: querySchema({
        ...pageQuery,
        state: Type.Optional(Type.Enum([...approvalStates], { description: 'Only these.', examples: ['open'] })),
      }),
      answers: { 200: pageSchema(approvalSchema) },
      handle: async ({ query, caller }) => {
        const filter = { book: caller.book.number, state: query.state }
        return answerPage(
          await listApprovals(database, { ...filter, ...pageRequest(query, cursor) }),
          cursor,
          approvalView,
        )
      },
    }),
    route({
      ...onApproval,
      method: 'GET',
      path: '/v1/approvals/:id',
      operation: 'get_approval',
      summary: 'Read what waits for a second person',
      permission: 'approvals:read',
      readAct: 'approval.read',
      answers: { 200: approvalSchema },
      problems: ['approval_not_found'],
      handle: async ({ params, caller, refuse }) => {
        const found = await findApproval(database, uuidOf(idPrefix.approval, params.id))
        return found?.book === caller.book.number ? answer(200, approvalView(found)) : refuse(notFound)
      },
    }),
  ]
}

type Decision = {
  readonly verb: 'approve' | 'reject'
  readonly state: 'approved' | 'rejected'
  readonly summary: string
  readonly description: string
}

function decideRoutes(): Route[] {
  const decide = ({ verb, state, ...described }: Decision) =>
    route({
      ...onApproval,
      method: 'POST',
      path: `/v1/approvals/:id/${verb}`,
      operation: `${verb}_approval`,
      ...described,
      permission: 'approvals:decide',
      answers: { 200: approvalSchema },
      problems: [
        'approval_not_found',
        'person_needed',
        'approval_not_open',
        'permission_beyond_own',
        'not_independent',
      ],
      acts: [`approval.${state}`],
      handleOnce: (request, tx) =>
        settle(request, tx, (id) => decideApproval(tx, { id, caller: request.caller, state })),
    })
  return [
    decide({
      verb: 'approve',
      state: 'approved',
      summary: 'Approve what waits',
      description:
        'By a person alone, who neither asked nor made, invited or reset who asked. Who asked then makes the same request again.',
    }),
    decide({
      verb: 'reject',
      state: 'rejected',
      summary: 'Reject what waits',
      description: 'By a person alone. What was rejected may be asked for again.',
    }),
  ]
}

function withdrawRoute(): Route {
  return route({
    ...onApproval,
    method: 'POST',
    path: '/v1/approvals/:id/withdraw',
    operation: 'withdraw_approval',
    summary: 'Withdraw what one asked for',
    permission: 'approvals:read',
    answers: { 200: approvalSchema },
    problems: ['approval_not_found', 'approval_not_open'],
    acts: ['approval.withdrawn'],
    handleOnce: (request, tx) => settle(request, tx, (id) => withdrawApproval(tx, { id, caller: request.caller })),
  })
}

type OnApproval = Pick<RouteRequest<{ readonly id: string }>, 'params' | 'refuse' | 'record'>
type Settled = Result<{ readonly before: Approval; readonly after: Approval }, string>

async function settle({ params, refuse, record }: OnApproval, tx: Transaction, work: (id: Uuid) => Promise<Settled>) {
  const settled = await work(uuidOf(idPrefix.approval, params.id))
  if (!settled.ok) return refuse(settled.refusal)
  const { before, after } = settled.value
  const [was, is] = [approvalView(before), approvalView(after)]
  await record(tx, { subject: encodeId(idPrefix.approval, after.id), before: was, after: is })
  return answer(200, is)
}

function rulesRoutes({ database }: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/approval-rules',
      operation: 'get_approval_rules',
      summary: 'Read which acts of the book need a second person',
      tag,
      permission: 'approvals:read',
      answers: { 200: rulesSchema },
      handle: async ({ caller }) => answer(200, rulesView(await readRules(database, caller.book.number))),
    }),
    route({
      method: 'POST',
      path: '/v1/approval-rules',
      operation: 'set_approval_rules',
      summary: 'Set which acts of the book need a second person',
      description:
        'Replaces the rules. Once there are any, changing them needs a second person too. What only takes away, such as revoking a key or disabling a person, never waits, and operator keys do not either.',
      tag,
      permission: 'approvals:manage',
      body: setRulesSchema,
      answers: { 200: rulesSchema },
      problems: ['too_few_approvers'],
      acts: ['approval_rules.set'],
      handleOnce: async ({ body, caller, refuse, record }, tx) => {
        const { permissions, lapse_hours: lapseHours = lapseHoursDefault } = body
        const set = await setRules(tx, { book: caller.book.number, permissions, lapseHours })
        if (!set.ok) return refuse(set.refusal)
        const [before, after] = [rulesView(set.value.before), rulesView(set.value.after)]
        await record(tx, { subject: encodeId(idPrefix.book, caller.book.id), before, after })
        return answer(200, after)
      },
    }),
  ]
}
