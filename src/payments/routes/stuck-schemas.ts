import { Type } from 'typebox'
import { id, time, timeOrNull } from '#platform/fields'
import { closedObject, expectation, pageQuery, querySchema } from '#platform/http'
import { stuckReasons } from '../machine.ts'
import { stuckActions } from '../stuck/stuck.ts'

const subjectTypes = ['payment', 'capture', 'refund', 'payout', 'saga', 'event'] as const

const reason = Type.Enum([...stuckReasons], {
  description: 'Why a person is needed; the manual of the stuck list says what each means and what to look at.',
  examples: ['outcome_unknown'],
})

const action = Type.Enum([...stuckActions], { description: 'What may be done.', examples: ['inquire'] })

const owner = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'Who sees to it: any name that people agree on.',
  examples: ['asha'],
  [expectation]: 'text of 1 to 100 characters',
})

const nullableText = (description: string, example: string | null) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], description, examples: [example] })

const outcome = Type.Enum(['succeeded', 'failed'], {
  description: 'What became of it, as somebody has seen.',
  examples: ['succeeded'],
})

const properties = {
  id: id('stk', 'The id of the entry.'),
  state: Type.Enum(['open', 'resolved'], { description: 'Whether it still needs a person.', examples: ['open'] }),
  subject: closedObject(
    {
      type: Type.Enum([...subjectTypes], {
        description:
          'What is stuck. `saga`: something of several steps that could not be taken back whole. `event`: something a rail told ' +
          'that belongs to nothing known.',
        examples: ['payment'],
      }),
      id: Type.String({
        description: 'Its public id; the id of an event is 32 hexadecimal digits.',
        examples: ['pay_01k0a2m4qcm3hv6a8r1s4t7w0z'],
      }),
    },
    { title: 'StuckSubject' },
  ),
  reason,
  detail: Type.String({
    description: 'What happened, for people.',
    examples: ['card has not answered for 61 s and knows nothing of the charge.'],
  }),
  revision: Type.Integer({
    description:
      'Grows whenever what the entry says changes: its reason, its detail, or what waits behind it. Send it with a decision.',
    examples: [2],
  }),
  since: time('Since when it has needed a person.'),
  age_seconds: Type.Integer({ description: 'How long that is, or was until it was resolved.', examples: [1250] }),
  overdue: Type.Boolean({ description: 'Whether it waits longer than its reason allows.', examples: [false] }),
  owner: nullableText('Who sees to it; null: nobody yet.', 'asha'),
  actions: Type.Array(action, { description: 'What may be done in this state; anything else is refused.' }),
  outcomes: Type.Array(outcome, {
    description: 'What `force` may state; empty when it is not offered.',
    examples: [[]],
  }),
  deciding: Type.Boolean({
    description: 'Whether a decision was taken and is being carried out; until it has been, no other one is.',
    examples: [false],
  }),
  decision: nullableText('The last decision.', null),
  evidence: nullableText('What a forced outcome rests on.', null),
  resolved_at: timeOrNull('When it needed nobody any more.'),
  resolution: nullableText(
    'How it ended: the last decision, or `settled` when the outcome came without one; null while it is open.',
    null,
  ),
}

export const stuck = closedObject(properties, { title: 'Stuck' })

export const stuckAct = closedObject(
  {
    at: time('When.'),
    by: id('key', 'The API key of who did it.'),
    action,
    text: nullableText('The evidence, the new owner or the note.', null),
  },
  { title: 'StuckAct' },
)

export const stuckWithActs = closedObject(
  { ...properties, acts: Type.Array(stuckAct, { description: 'What people did about it, in order.' }) },
  { title: 'StuckWithActs' },
)

export const stuckParams = closedObject({ id: id('stk', 'The id of the entry.') })

export const stuckQuery = querySchema({
  ...pageQuery,
  state: Type.Optional(
    Type.Enum(['open', 'resolved', 'all'], { description: '`open` when not given.', examples: ['open'] }),
  ),
  reason: Type.Optional(reason),
  owner: Type.Optional(owner),
  subject_type: Type.Optional(Type.Enum([...subjectTypes], { description: 'What is stuck.', examples: ['payment'] })),
  older_than: Type.Optional(
    Type.String({
      pattern: '^(0|[1-9][0-9]{0,8})$',
      description: 'Only what has been open, or was, for more than so many seconds.',
      examples: ['3600'],
      [expectation]: 'a whole number of seconds',
    }),
  ),
})

const evidence = Type.String({
  minLength: 10,
  maxLength: 2_000,
  description: 'What the outcome was seen in: a line of a statement, an answer of the rail, with its date.',
  examples: ['Settlement file of 31 January, line 118: credited.'],
  [expectation]: 'text of 10 to 2,000 characters',
})

const revision = Type.Integer({
  minimum: 1,
  maximum: 2_147_483_647,
  description: 'The revision of the entry that you have read. If it has changed since, the decision is refused.',
  examples: [2],
  [expectation]: 'a whole number from 1',
})

export const decideBody = closedObject({ revision: Type.Optional(revision) }, { title: 'DecideStuck' })

export const forceBody = closedObject(
  {
    outcome,
    evidence,
    revision: Type.Optional(revision),
  },
  { title: 'ForceStuck' },
)

export const reassignBody = closedObject({ owner }, { title: 'ReassignStuck' })

export const noteBody = closedObject(
  {
    text: Type.String({
      minLength: 1,
      maxLength: 2_000,
      description: 'What is worth knowing about it.',
      examples: ['Asked the bank by telephone; they call back tomorrow.'],
      [expectation]: 'text of 1 to 2,000 characters',
    }),
  },
  { title: 'NoteOnStuck' },
)
