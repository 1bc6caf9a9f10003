import { type Static, Type } from 'typebox'
import { encodeId, formatTimestamp, idPrefix, timestampOrNull } from '#kernel'
import { time, timeOrNull } from '#platform/fields'
import { alwaysMarked, closedObject, encodePrincipal, idSchema, markable } from '#platform/http'
import type { Approval, ApprovalRules } from '../approvals/approval.ts'

export const approvalStates = ['open', 'approved', 'rejected', 'withdrawn', 'done', 'lapsed'] as const

export const approvalId = Type.String({
  ...idSchema(idPrefix.approval),
  description: 'The id of the approval.',
  examples: ['apv_01k0a2m4qae1fs6y4p7q9r3t5v'],
})
const decider = closedObject(
  {
    id: Type.String({ description: 'The id of the person.', examples: ['psn_01k0a2m4qae1fs6y4p7q9r3t5v'] }),
    name: Type.String({ description: 'Their name at that time.', examples: ['Grace Hopper'] }),
  },
  { title: 'Approver' },
)

export const approvalSchema = closedObject(
  {
    id: approvalId,
    state: Type.Enum([...approvalStates], {
      description:
        '`open` waits for a second person. `approved` waits for who asked to carry it out. `done`: it was. `lapsed`: it waited too long for either.',
      examples: ['open'],
    }),
    operation: Type.String({ description: 'The operation of the API.', examples: ['create_api_key'] }),
    method: Type.String({ description: 'Of the request that waits.', examples: ['POST'] }),
    path: Type.String({ description: 'Of the request that waits, with its query.', examples: ['/v1/api-keys'] }),
    body: Type.String({
      description: 'The body of the request that waits, byte for byte; empty when there is none.',
      examples: ['{"scope":"write","name":"checkout service"}'],
    }),
    asked_by: closedObject(
      {
        kind: Type.Enum(['person', 'client', 'key', 'service'], { description: 'What asks.', examples: ['key'] }),
        id: Type.String({ description: 'Its id.', examples: ['key_01k0a2m4qae1fs6y4p7q9r3t5v'] }),
        name: Type.String({ description: 'Its name at that time.', examples: ['back office'] }),
      },
      { title: 'ApprovalAsker' },
    ),
    asked_at: time('When it was asked for.'),
    lapses_at: time('When it lapses, unless it is carried out before.'),
    decided_by: Type.Union([decider, Type.Null()], { description: 'Who approved or rejected it.' }),
    decided_at: timeOrNull('When it was approved or rejected.'),
  },
  { title: 'Approval', description: 'A request that waits for a second person.' },
)

export function approvalView(approval: Approval): Static<typeof approvalSchema> {
  const { id, state, operation, method, path, body, asker, decidedBy, decidedName } = approval
  return {
    ...{ id: encodeId(idPrefix.approval, id), state, operation, method, path, body },
    asked_by: { kind: asker.kind, id: encodePrincipal(asker), name: approval.askerName },
    asked_at: formatTimestamp(approval.askedAt),
    lapses_at: formatTimestamp(approval.lapsesAt),
    decided_by: decidedBy === undefined ? null : { id: encodeId(idPrefix.person, decidedBy), name: decidedName ?? '' },
    decided_at: timestampOrNull(approval.decidedAt),
  }
}

export const lapseHoursDefault = 72
const permissions = Type.Array(Type.Enum([...markable]), {
  uniqueItems: true,
  maxItems: markable.length,
  description: `Acts that need one of these wait for a second person. With any, ${alwaysMarked.join(', ')} always do. None: nothing waits.`,
  examples: [['keys:manage', 'ledger:manage']],
})
const lapseHours = Type.Integer({
  minimum: 1,
  maximum: 720,
  description: `After how many hours what waits lapses; ${lapseHoursDefault} by default.`,
  examples: [72],
})

export const rulesSchema = closedObject({ permissions, lapse_hours: lapseHours }, { title: 'ApprovalRules' })
export const setRulesSchema = closedObject(
  { permissions, lapse_hours: Type.Optional(lapseHours) },
  { title: 'SetApprovalRules', examples: [{ permissions: ['ledger:manage'] }] },
)

export function rulesView(rules: ApprovalRules | undefined): Static<typeof rulesSchema> {
  const known = markable.filter((one) => rules?.permissions.includes(one) === true)
  return { permissions: known, lapse_hours: rules?.lapseHours ?? lapseHoursDefault }
}
