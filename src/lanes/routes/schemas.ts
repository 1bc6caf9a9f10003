import { Type } from 'typebox'
import { id, time, timeOrNull } from '#platform/fields'
import { closedObject, expectation, flagQuery, querySchema } from '#platform/http'
import { pageQuery } from '#platform/lists'
import { kindPattern, laneNames } from '../lanes.ts'
import { vendorLanes } from '../vendors/vendor.ts'

const vendorCodePattern = '^[A-Za-z0-9_][A-Za-z0-9_.:@+-]{0,63}$'
const vendorCodeExpectation =
  "1 to 64 letters, digits and the characters _ . : @ + -, of which the first is a letter, a digit or '_'"

/** A vendor's id has this form too, so either may reference a vendor. */
export function vendorCode(description: string) {
  return Type.String({
    pattern: vendorCodePattern,
    description,
    examples: ['tiffin-house'],
    [expectation]: vendorCodeExpectation,
  })
}

function kind(description: string) {
  return Type.String({ pattern: kindPattern, description, examples: ['payment.input'] })
}

function lane(description: string) {
  return Type.Enum([...laneNames], { description, examples: ['standard'] })
}

function vendorLane(description: string) {
  return Type.Enum([...vendorLanes], { description, examples: ['instant'] })
}

const slaMs = Type.Integer({
  minimum: 1,
  maximum: 86_400_000,
  description: 'Within which time work of the vendor is to be begun, in milliseconds.',
  examples: [1000],
})
const inFlightMax = Type.Integer({
  minimum: 1,
  maximum: 100_000,
  description: 'The most pieces of work of the vendor that one process has in flight.',
  examples: [200],
})
const inFlightMaxOrNull = Type.Union([inFlightMax, Type.Null()], {
  description: "The most pieces of work that one process has in flight; null: the lane's own ceiling.",
  examples: [null],
})
const vendorName = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'The name of the vendor.',
  examples: ['Tiffin House'],
})
const vendorNameOrNull = Type.Union([vendorName, Type.Null()], {
  description: 'The name of the vendor.',
  examples: ['Tiffin House'],
})

export const vendor = closedObject(
  {
    id: id('ven', 'The id of the vendor.'),
    code: vendorCode('The code of the vendor, by which payments name it.'),
    name: vendorNameOrNull,
    lane: vendorLane('The lane of its work.'),
    sla_ms: slaMs,
    in_flight_max: inFlightMaxOrNull,
    created_at: time('When the vendor was made.'),
    updated_at: time('When it was last changed.'),
  },
  { title: 'Vendor', description: 'Who payments are made for, and what their work is entitled to.' },
)

export const createVendor = closedObject(
  {
    code: vendorCode('The code of the vendor, by which payments name it.'),
    name: Type.Optional(vendorName),
    lane: Type.Optional(vendorLane('The lane of its work; without it, the one that keeps `sla_ms`, or `standard`.')),
    sla_ms: Type.Optional(slaMs),
    in_flight_max: Type.Optional(inFlightMax),
  },
  { title: 'CreateVendor' },
)

export const changeVendor = closedObject(
  {
    name: Type.Optional(vendorNameOrNull),
    lane: Type.Optional(vendorLane('The lane of its work from now on.')),
    sla_ms: Type.Optional(slaMs),
    in_flight_max: Type.Optional(inFlightMaxOrNull),
  },
  { title: 'ChangeVendor', examples: [{ sla_ms: 2000 }] },
)

export const vendorParams = closedObject({ vendor: vendorCode('The id or the code of the vendor.') })
export const vendorsQuery = querySchema(pageQuery)

export const laneState = closedObject(
  {
    lane: lane('The lane.'),
    state: Type.Enum(['running', 'paused', 'breaker_open'], {
      description:
        '`paused` by an operator; `breaker_open` when a kind of its work is not handled because nearly all of it fails.',
      examples: ['running'],
    }),
    sla_ms: Type.Integer({
      description: 'Within which time its work is to be begun, in milliseconds.',
      examples: [1000],
    }),
    depth: Type.Integer({ description: 'Pieces of work that could be done now.', examples: [12] }),
    delayed: Type.Integer({ description: 'Pieces of work that wait for their time.', examples: [3] }),
    oldest_ms: Type.Integer({
      description: 'Since when the oldest of those due has been so, in milliseconds.',
      examples: [40],
    }),
    in_flight: Type.Integer({ description: 'Pieces of work being done now, in all processes.', examples: [96] }),
    per_second: Type.Number({ description: 'What was done in the last second, in all processes.', examples: [2150] }),
    workers: Type.Integer({ description: 'Processes at work.', examples: [2] }),
    dead_letters: Type.Integer({
      description: 'Dead letters that were neither replayed nor discarded.',
      examples: [0],
    }),
    breakers: Type.Array(
      closedObject({
        kind: kind('What is not being handled.'),
        reason: Type.String({ description: 'Why.', examples: ['nearly every message of the last seconds failed'] }),
        opened_at: time('Since when.'),
        retry_at: time('When a single piece of work is tried again.'),
      }),
      { description: 'Kinds of work that are not being handled because nearly all of it fails.' },
    ),
  },
  { title: 'Lane', description: 'A class of priority as it is now, over all books and processes.' },
)

const scalingReasons = [
  'keeps_up',
  'database_slow',
  'lane_up',
  'lane_down',
  'workers_up',
  'workers_down',
  'workers_most',
] as const

export const lanesAnswer = closedObject({ data: Type.Array(laneState) }, { title: 'Lanes' })
export const laneParams = closedObject({ lane: lane('The lane.') })

const figure = (description: string, example: number) => Type.Number({ description, examples: [example] })

export const scalingAnswer = closedObject(
  {
    recommended_workers: Type.Integer({ description: 'Processes that should handle the lanes.', examples: [3] }),
    workers: Type.Integer({ description: 'Processes that handle them.', examples: [2] }),
    because: Type.Enum(scalingReasons, {
      description:
        '`lane_up`: more is done within the processes first. `database_slow`: nothing is scaled up, because commits ' +
        'take much longer than usual. `workers_most`: more processes would have nothing to take; on Kafka, a lane ' +
        'keeps as many busy as its topic has partitions.',
      examples: ['workers_up'],
    }),
    commit_ms: figure('What a small commit takes now, in milliseconds.', 1.2),
    commit_baseline_ms: figure('What it usually takes.', 1),
    lanes: Type.Array(
      closedObject({
        lane: lane('The lane.'),
        load: figure("Processes' worth of work: arrivals and backlog over what one process can do.", 1.7),
        lag_seconds: figure('Age of the oldest due piece of work.', 0.4),
        arrival_per_second: figure('Pieces of work that come in.', 2100),
        backlog: Type.Integer({ description: 'Pieces of work that are due.', examples: [900] }),
        true_per_second: figure('What a process does that always has work.', 2400),
        batch: Type.Integer({ description: 'The largest batch that this process takes.', examples: [1024] }),
        lent_transactions: Type.Integer({ description: 'Transactions that it lends to the lane.', examples: [1] }),
      }),
      { description: 'The most urgent first.' },
    ),
  },
  { title: 'Scaling', description: 'A decision about the size of the deployment.' },
)

export const deadLetter = closedObject(
  {
    id: id('dlt', 'The id of the dead letter.'),
    lane: lane('The lane it was in.'),
    kind: kind('What was to be done.'),
    vendor: Type.Union([Type.String(), Type.Null()], {
      description: 'The code of the vendor whose work it was.',
      examples: [null],
    }),
    subject: Type.String({ description: 'What it is about.', examples: ['pay_01k0a2m4qcm3hv6a8r1s4t7w0z'] }),
    payload: Type.Unknown({ description: 'What it carried.', examples: [{ s: 'payment', i: 'start' }] }),
    attempts: Type.Integer({ description: 'How often it was tried.', examples: [1] }),
    cause: Type.Enum(['permanent', 'exhausted'], {
      description: '`permanent`: it can never succeed as it is. `exhausted`: it was tried too often.',
      examples: ['permanent'],
    }),
    code: Type.String({ description: 'The code of what went wrong at the last try.', examples: ['TypeError'] }),
    reason: Type.String({ description: 'What went wrong at the last try.', examples: ['amount is undefined'] }),
    enqueued_at: time('When it was enqueued.'),
    died_at: time('When it was given up.'),
    replayed_at: timeOrNull('When it was enqueued again; null while no one has.'),
    discarded_at: timeOrNull('When an operator discarded it, by `force` on its case; null while no one has.'),
  },
  {
    title: 'DeadLetter',
    description: 'A piece of work that could not be done, kept until an operator replays or discards it.',
  },
)

const failureCode = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'Only what failed with this code.',
  examples: ['TypeError'],
})
const cause = Type.Enum(['permanent', 'exhausted'], { description: 'Only what failed so.', examples: ['exhausted'] })
const filter = {
  lane: Type.Optional(lane('Only of this lane.')),
  kind: Type.Optional(kind('Only of this kind.')),
  vendor: Type.Optional(vendorCode('Only of the vendor of this code.')),
  code: Type.Optional(failureCode),
  cause: Type.Optional(cause),
}

export const deadLettersQuery = querySchema({
  ...pageQuery,
  ...filter,
  replayed: flagQuery('Only those that were, or were not, replayed.', { example: false }),
  discarded: flagQuery('Only those that were, or were not, discarded.', { example: false }),
})
export const deadLetterParams = closedObject({ id: id('dlt', 'The id of the dead letter.') })

export const replayMatching = closedObject(
  {
    ...filter,
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description: 'The most to replay; 1,000 when not given.',
        examples: [1000],
      }),
    ),
  },
  { title: 'ReplayDeadLetters' },
)
export const replayAnswer = closedObject(
  {
    replayed: Type.Integer({ description: 'How many were enqueued again.', examples: [42] }),
    has_more: Type.Boolean({ description: 'Whether there may be more: ask again.', examples: [false] }),
  },
  { title: 'Replayed' },
)
