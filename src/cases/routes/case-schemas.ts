import { type Static, Type } from 'typebox'
import { digitsOrNull, id, time, timeOrNull } from '#platform/fields'
import { closedObject, expectation, flagQuery, meaning, querySchema } from '#platform/http'
import { pageQuery } from '#platform/lists'
import { caseActions, casePriorities, statedOutcomes } from '../case.ts'
import type { CaseQueue } from '../queue.ts'

const action = Type.Enum([...caseActions], { description: 'An action on the case.', examples: ['inquire'] })

const notBlank = { pattern: '\\S' }

const owner = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'The operator who works on the case: any name that operators agree on.',
  examples: ['asha'],
  ...notBlank,
  [expectation]: 'text of 1 to 100 characters, not only white space',
})

const note = Type.String({
  minLength: 1,
  maxLength: 2_000,
  description: 'The note.',
  examples: ['Called the bank; they call back tomorrow.'],
  ...notBlank,
  [expectation]: 'text of 1 to 2,000 characters, not only white space',
})

const outcome = Type.Enum([...statedOutcomes], {
  description: 'The outcome that an operator has seen outside.',
  examples: ['succeeded'],
})

const evidence = Type.String({
  minLength: 10,
  maxLength: 2_000,
  description: 'The source of the outcome, with its date: a line of a statement, an answer of the rail.',
  examples: ['Settlement file of 31 January, line 118: credited.'],
  ...notBlank,
  [expectation]: 'text of 10 to 2,000 characters, not only white space',
})

const revision = Type.Integer({
  minimum: 1,
  maximum: 2_147_483_647,
  description: 'The revision of the case that you have read. If it has changed since, the action is refused.',
  examples: [2],
  [expectation]: 'a whole number from 1',
})

const nullableText = (description: string, { example }: { readonly example: string | null }) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], description, examples: [example] })

export function caseSchemas(queues: readonly CaseQueue[]) {
  const names = queues.map(({ name }) => name)
  const reasons = [...new Set(queues.flatMap((queue) => Object.keys(queue.reasons)))]
  const kinds = [...new Set(queues.flatMap(({ subjects }) => Object.keys(subjects)))]
  const queue = Type.Enum(names, { description: 'The queue of the case.', examples: names.slice(0, 1) })
  const reason = Type.Enum(reasons, {
    description: 'Why an operator is needed. The manual of cases explains each reason.',
    examples: reasons.slice(0, 1),
  })
  const kind = Type.Enum(kinds, {
    description: 'The kind of the subject. `event`: a report of a rail that matches nothing known.',
    examples: kinds.slice(0, 1),
  })
  const properties = { id: id('case', 'The id of the case.'), queue, ...commonProperties(reason, kind) }
  return {
    shown: closedObject(properties, { title: 'Case' }),
    shownWithActs: closedObject(
      {
        ...properties,
        acts: Type.Array(caseAct, { description: 'The newest 100 actions of operators, oldest first.' }),
        has_more_acts: Type.Boolean({
          description: 'Whether there are older actions. `GET /v1/cases/{id}/acts` lists all.',
          examples: [false],
        }),
      },
      { title: 'CaseWithActs' },
    ),
    query: querySchema({
      ...pageQuery,
      state: Type.Optional(
        Type.Enum(['open', 'resolved', 'all'], { description: '`open` when not given.', examples: ['open'] }),
      ),
      queue: Type.Optional(queue),
      reason: Type.Optional(reason),
      owner: Type.Optional(owner),
      priority: Type.Optional(priority),
      subject_type: Type.Optional(kind),
      subject_id: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 100,
          description: 'Only the cases of this subject.',
          examples: ['pay_01k0a2m4qcm3hv6a8r1s4t7w0z'],
          [expectation]: 'the id of the subject of a case',
        }),
      ),
      overdue: flagQuery('Only those that are overdue, or are not.', { example: true }),
      older_than: Type.Optional(
        Type.String({
          pattern: '^(0|[1-9][0-9]{0,8})$',
          description: 'Only cases that are or were open for more than this number of seconds.',
          [expectation]: 'a whole number of seconds, of at most 9 digits',
          [meaning]: { type: 'integer', minimum: 0, maximum: 999_999_999, examples: [3600] },
        }),
      ),
    }),
  }
}

const priority = Type.Enum([...casePriorities], {
  description: 'How soon to look at it, compared with cases of the same age.',
  examples: ['normal'],
})

function commonProperties(reason: Type.TEnum<string[]>, kind: Type.TEnum<string[]>) {
  return {
    state: Type.Enum(['open', 'resolved'], { description: 'Whether it still needs an operator.', examples: ['open'] }),
    subject: closedObject(
      {
        type: kind,
        id: Type.String({
          description: 'Its public id; the id of an event is 32 hexadecimal digits.',
          examples: ['pay_01k0a2m4qcm3hv6a8r1s4t7w0z'],
        }),
      },
      { title: 'CaseSubject' },
    ),
    reason,
    detail: Type.String({
      description: 'What happened, for operators.',
      examples: ['card has not answered for 61 s and knows nothing of the charge.'],
    }),
    attempt: nullableText(
      'The attempt at a rail that it is about; null when there is none, or several. Its id is the idempotency key that the rail got.',
      { example: null },
    ),
    amount: digitsOrNull(
      'What an action on it moves or settles now, in minor units of `asset`; null when that is nothing, or not known.',
      { example: '12500' },
    ),
    asset: nullableText('The asset of the amount.', { example: 'EUR' }),
    closes_when: Type.String({
      description: 'What resolves the case without an action. Empty when only a newer server knows the reason.',
      examples: ['The rail reports the outcome.'],
    }),
    revision: Type.Integer({
      description:
        'Grows whenever the case, or another one of the same subject, changes. Send it with an action on the subject.',
      examples: [2],
    }),
    priority,
    since: time('Open since.'),
    age_seconds: Type.Integer({ description: 'How long it has been open, or was.', examples: [1250] }),
    due_at: time('When it becomes overdue.'),
    overdue: Type.Boolean({ description: 'Whether it is open and was due.', examples: [false] }),
    owner: nullableText('The operator who works on it; null: no one yet.', { example: 'asha' }),
    waiting: Type.Boolean({
      description:
        'Whether a newer case of the same subject comes first. Until that is resolved, no action is allowed.',
      examples: [false],
    }),
    actions: Type.Array(action, { description: 'The actions that are allowed in this state.' }),
    outcomes: Type.Array(outcome, {
      description: 'The outcomes that `force` may state; empty when `force` is not allowed.',
      examples: [[]],
    }),
    acting: Type.Boolean({
      description: 'Whether an action is being carried out; until it ends, no other is allowed.',
      examples: [false],
    }),
    last_action: nullableText('The last action.', { example: null }),
    evidence: nullableText('The evidence for a forced outcome.', { example: null }),
    proposed_by: nullableText(
      'The person, API key or client that has proposed an action, which waits for another one.',
      {
        example: null,
      },
    ),
    proposed_act: nullableText('That action.', { example: null }),
    resolved_at: timeOrNull('When it was resolved.'),
    resolution: nullableText(
      'How it ended: the last action; `settled`: without one; `replaced`: a case of another reason goes on from it. Null ' +
        'while it is open.',
      { example: null },
    ),
  }
}

export const caseAct = closedObject(
  {
    at: time('When.'),
    by: Type.String({
      description: 'The person, API key or client of the operator.',
      examples: ['key_01k0a2m4qae1fs6y4p7q9r3t5v'],
    }),
    action,
    text: nullableText('The evidence, the new owner or the note.', { example: null }),
  },
  { title: 'CaseAct' },
)

export type CaseJson = Static<ReturnType<typeof caseSchemas>['shown']>

export const caseParams = closedObject({ id: id('case', 'The id of the case.') })

export const actBody = closedObject({ revision: Type.Optional(revision) }, { title: 'ActOnCase' })

const railReference = Type.String({
  minLength: 1,
  maxLength: 200,
  description:
    'The reference of the rail under which you have seen the success. Later reports, refunds, captures and releases use it. Only with `succeeded`.',
  examples: ['ch_4711'],
  ...notBlank,
  [expectation]: 'text of 1 to 200 characters, not only white space',
})

const forcedAttempt = id(
  'att',
  'The attempt whose outcome you state. With `rail_reference`, a case about several attempts needs it.',
)

export const forceBody = closedObject(
  {
    ...{ outcome, evidence, rail_reference: Type.Optional(railReference), attempt: Type.Optional(forcedAttempt) },
    revision: Type.Optional(revision),
  },
  { title: 'ForceCase' },
)

export const writeOffBody = closedObject({ text: note, revision: Type.Optional(revision) }, { title: 'WriteOffCase' })

export const reassignBody = closedObject({ owner }, { title: 'ReassignCase' })

export const noteBody = closedObject({ text: note }, { title: 'NoteOnCase' })

const bulkMax = 100

export const bulkBody = closedObject(
  {
    cases: Type.Array(closedObject({ id: id('case', 'The id of a case.'), revision: Type.Optional(revision) }), {
      minItems: 1,
      maxItems: bulkMax,
      description: 'The cases, each once, with the revision that you have read.',
      [expectation]: `a list of 1 to ${bulkMax} cases`,
    }),
    action,
    outcome: Type.Optional(outcome),
    evidence: Type.Optional(evidence),
    owner: Type.Optional(owner),
    text: Type.Optional(note),
  },
  {
    title: 'ActOnCases',
    description:
      '`force` takes `outcome` and `evidence`, `reassign` takes `owner`, `note` and `write_off` take `text`.',
  },
)

export const bulkAnswer = closedObject(
  {
    data: Type.Array(
      closedObject({
        id: id('case', 'The id of the case.'),
        code: nullableText(
          'Why the action was refused, or `internal_error` when the server failed to do it; null: it was accepted.',
          { example: null },
        ),
        detail: nullableText('The refusal or failure for operators; null: the action was accepted.', { example: null }),
      }),
      { description: 'The result of each case, in the order of the request.' },
    ),
  },
  { title: 'ActedOnCases' },
)
