import { type TSchema, Type } from 'typebox'
import { digits, digitsOrNull, id, time, timeInput, timeOrNull } from '#platform/fields'
import { closedObject, expectation, querySchema } from '#platform/http'
import { pageQuery } from '#platform/lists'
import { type DisputeStage, disputeCategories, disputeStages } from '#rails'
import { railName } from './field-schemas.ts'

const stage = (description: string) =>
  Type.Unsafe<DisputeStage>({ type: 'string', enum: [...disputeStages], description, examples: ['opened'] })

const stageText =
  '`inquiry`: the bank asks, and takes nothing. `opened`: it demands the money. `challenged`: the evidence is with it. `pre_arbitration`: it disputes an answer, or its own decision. `won`: the money stays, or came back. `lost`, `accepted`, `expired`: the money is gone.'

const textOrNull = (description: string, { example }: { readonly example: string }) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], description, examples: [example] })

const orNull = <Schema extends TSchema>(schema: Schema, description: string) =>
  Type.Union([schema, Type.Null()], { description })

const answerKinds = ['accept', 'challenge'] as const

const answer = closedObject(
  {
    kind: Type.Unsafe<(typeof answerKinds)[number]>({
      type: 'string',
      enum: [...answerKinds],
      description: 'What is answered.',
      examples: ['challenge'],
    }),
    state: Type.Unsafe<'pending' | 'refused'>({
      type: 'string',
      enum: ['pending', 'refused'],
      description: '`pending`: the rail has not confirmed it yet. `refused`: the rail does not take it.',
      examples: ['pending'],
    }),
    why: textOrNull('Why the rail refused it.', { example: 'The time for evidence is over.' }),
  },
  { title: 'DisputeAnswer', description: 'The answer at this stage, until the rail has confirmed it.' },
)

export const dispute = closedObject(
  {
    id: id('dsp', 'The id of the dispute.'),
    payment: id('pay', 'The disputed payment.'),
    capture: orNull(id('cap', 'The id of the capture.'), 'The disputed capture, if it is one.'),
    attempt: orNull(
      id('att', 'The id of the attempt.'),
      'The attempt whose money is disputed. Null: an earlier version stored the dispute.',
    ),
    rail: railName('The rail that took the disputed money.'),
    rail_reference: Type.String({ description: "The rail's own name of the dispute.", examples: ['dsp_4n7q'] }),
    amount: digits('The disputed amount, in minor units.', { example: '5000' }),
    asset: textOrNull('The asset of the amounts.', { example: 'USD' }),
    stage: stage(stageText),
    stage_at: time('When it came to this stage, by the rail.'),
    reason_code: textOrNull("The rail's own code of the reason.", { example: '4853' }),
    category: Type.Unsafe<(typeof disputeCategories)[number] | null>({
      type: ['string', 'null'],
      enum: [...disputeCategories, null],
      description: 'The kind of reason, common to all rails.',
      examples: ['not_received'],
    }),
    evidence_due_at: timeOrNull('An answer after this time is too late.'),
    fee: digitsOrNull('What the rail charges for the dispute, in minor units. Not part of the amount.', {
      example: '1500',
    }),
    held_back: Type.Boolean({
      description: 'Whether the rail has the money, and those who got it have paid it back.',
      examples: [true],
    }),
    answer: Type.Union([answer, Type.Null()], { description: 'Null: none is on its way.' }),
    created_at: time('When it was first reported.'),
  },
  { title: 'Dispute', description: "Money that the payer's bank demands back." },
)

const evidenceSent = closedObject(
  {
    name: textOrNull("The file's name; null for a text.", { example: 'delivery.pdf' }),
    media_type: Type.String({ description: 'The media type.', examples: ['application/pdf'] }),
    bytes: Type.Integer({ minimum: 0, description: 'The size.', examples: [18211] }),
    sha256: Type.String({ description: 'The SHA-256 of the bytes, in hexadecimal.', examples: ['9f86d081884c7d65'] }),
    created_at: time('When it was accepted.'),
  },
  { title: 'SentEvidence' },
)

export const disputeWithEvidence = closedObject(
  {
    ...dispute.properties,
    evidence: Type.Array(evidenceSent, { description: 'What was sent to the bank, oldest first; at most 100.' }),
  },
  { title: 'DisputeWithEvidence' },
)

export const disputeParams = closedObject({ id: id('dsp', 'The id of the dispute.') })

export const disputesQuery = querySchema({
  ...pageQuery,
  payment: Type.Optional(id('pay', 'Only disputes of this payment.')),
  stage: Type.Optional(stage('Only disputes at this stage.')),
  rail: Type.Optional(railName('Only disputes of this rail.')),
  reference: Type.Optional(
    Type.String({ minLength: 1, maxLength: 300, description: 'Only the disputes that the rail names so.' }),
  ),
  due_before: Type.Optional(timeInput('Only disputes whose evidence is due before this time.')),
  created_from: Type.Optional(timeInput('Only disputes reported at this time or later.')),
  created_to: Type.Optional(timeInput('Only disputes reported before this time.')),
})

export const acceptDispute = closedObject({}, { title: 'AcceptDispute' })

export const textMax = 20_000
export const filesMax = 5
/** Base64 of 128 KiB. */
const contentMax = 174_764

const evidenceText = closedObject(
  {
    text: Type.String({
      minLength: 1,
      maxLength: textMax,
      description: 'A statement to the bank.',
      examples: ['The parcel was handed over on 3 May.'],
      [expectation]: `text of 1 to ${textMax} characters`,
    }),
  },
  { title: 'EvidenceText' },
)

const evidenceFile = closedObject(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._ -]{0,99}$',
      description: 'The name that the bank sees. It is no path.',
      examples: ['delivery.pdf'],
      [expectation]: 'a name of up to 100 letters, digits, dots, spaces, _ and -',
    }),
    media_type: Type.Unsafe<'application/pdf' | 'image/jpeg' | 'image/png' | 'text/plain'>({
      type: 'string',
      enum: ['application/pdf', 'image/jpeg', 'image/png', 'text/plain'],
      description: 'The media type of the content.',
      examples: ['application/pdf'],
    }),
    content: Type.String({
      minLength: 4,
      maxLength: contentMax,
      pattern: '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
      description: 'The bytes in base64; at most 128 KiB of them.',
      examples: ['JVBERi0xLjcK'],
      [expectation]: 'the base64 of up to 128 KiB',
    }),
  },
  { title: 'EvidenceFile' },
)

export const challengeDispute = closedObject(
  {
    evidence: Type.Array(Type.Union([evidenceText, evidenceFile]), {
      minItems: 1,
      maxItems: filesMax,
      description: 'Texts and files for the bank.',
      [expectation]: `1 to ${filesMax} texts or files`,
    }),
  },
  { title: 'ChallengeDispute' },
)
