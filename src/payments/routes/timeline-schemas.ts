import { Type } from 'typebox'
import { accountCode, digits, id, time } from '#platform/fields'
import { closedObject } from '#platform/http'
import { railOperations } from '#rails'
import { asset, railName, railReference, reason } from './field-schemas.ts'

const timelineTransfer = closedObject(
  {
    id: id('trf', 'The id of the transfer; its two entries are on these accounts.'),
    source_code: accountCode('The account the money leaves.', { example: 'customers:42:wallet' }),
    destination_code: accountCode('The account the money goes to.', { example: 'merchants:7' }),
    amount: digits('What it is about, in minor units.', { example: '12500' }),
    amount_posted: digits('What of it has been moved by now.', { example: '12500' }),
    asset,
    state: Type.Unsafe<'pending' | 'posted' | 'voided' | 'expired'>({
      type: 'string',
      enum: ['pending', 'posted', 'voided', 'expired'],
      description: 'Its state now.',
      examples: ['posted'],
    }),
  },
  { title: 'TimelineTransfer' },
)

const attemptStates = ['submitting', 'pending', 'unknown', 'succeeded', 'failed', 'not_sent'] as const

const text = ({ description, example }: { readonly description: string; readonly example: string }) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], description, examples: [example] })

const settlement = closedObject(
  {
    asset: text({ description: 'The asset of the amounts; null: the one of the attempt.', example: 'EUR' }),
    fee: text({ description: 'What the rail keeps, in minor units.', example: '340' }),
    net: text({ description: 'What the rail pays after all deductions, in minor units.', example: '12160' }),
    settled_amount: text({ description: 'The amount that was settled, in minor units.', example: '12500' }),
    settled_on: text({ description: 'The date of the settlement.', example: '2026-11-30' }),
    batch: text({ description: 'The batch in which the rail settled it.', example: 'B-20261130-7' }),
    references: Type.Unsafe<Readonly<Record<string, string>>>({
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Further references of the operation, by their names.',
      examples: [{ arn: '74537604221222132710572' }],
    }),
  },
  { title: 'Settlement' },
)

const timelineAttempt = closedObject(
  {
    id: id('att', 'The id of the attempt: the idempotency key that the rail was given.'),
    rail: railName('The rail that was asked.'),
    operation: Type.Unsafe<(typeof railOperations)[number]>({
      type: 'string',
      enum: [...railOperations],
      description: 'What it was asked for.',
      examples: ['charge'],
    }),
    amount: digits('How much, in minor units.', { example: '12500' }),
    asset,
    state: Type.Unsafe<(typeof attemptStates)[number]>({
      type: 'string',
      enum: [...attemptStates],
      description: 'What is known of it by now.',
      examples: ['succeeded'],
    }),
    reason,
    rail_reference: railReference,
    inquiries: Type.Integer({ minimum: 0, description: 'How often the rail was asked about it.', examples: [0] }),
    settlement: Type.Union([settlement, Type.Null()], {
      description: 'What the rail said when it settled the money; null when it said nothing.',
    }),
    corrected_instrument: text({
      description: 'The instrument that the rail says to use from now on.',
      example: 'GB33BUKB20201555555555',
    }),
  },
  { title: 'TimelineAttempt' },
)

const kinds = ['accepted', 'step', 'attempt'] as const

export const timelineItem = closedObject(
  {
    at: time('When it happened.'),
    kind: Type.Unsafe<(typeof kinds)[number]>({
      type: 'string',
      enum: [...kinds],
      description:
        '`accepted`: a request was taken in. `step`: what followed from it, with what was booked. `attempt`: a rail was asked.',
      examples: ['step'],
    }),
    subject: Type.String({
      pattern: '^(pay|cap|ref|out)_[0-7][0-9a-hjkmnp-tv-z]{25}$',
      description: 'What it happened to: the payment, a capture, a refund or a payout.',
      examples: ['pay_01k0a2m4qcm3hv6a8r1s4t7w0z'],
    }),
    text: Type.String({ description: 'What happened and why, for people.', examples: ['Booked to its destinations.'] }),
    state: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'The state of the subject after it; null for an attempt.',
      examples: ['succeeded'],
    }),
    input: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'What brought a step about, such as `start`, `outcome`, `cancel`, `expire` or `decision`.',
      examples: ['start'],
    }),
    transfers: Type.Array(timelineTransfer, { description: 'What was booked, held, posted or voided.' }),
    attempt: Type.Union([timelineAttempt, Type.Null()], { description: 'The attempt, when it was one.' }),
    events: Type.Array(Type.String(), {
      description: 'The types of the events that it gave.',
      examples: [['payment.succeeded']],
    }),
  },
  { title: 'TimelineItem', description: 'Something that happened to a payment or payout, for people.' },
)
