import { Type } from 'typebox'
import { closedObject, type HttpModule, type Route, route } from '../http/index.ts'
import type { Database } from '../postgres/index.ts'
import {
  createSharedVerification,
  type SharedMessage,
  type SharedVerification,
  type Verify,
} from './shared-verification.ts'

/** A check of a module's own data. */
export type ModuleCheck = {
  readonly name: string
  /** The signal aborts the check when no client waits any more. */
  readonly run: (signal: AbortSignal) => Promise<{ readonly checked: number; readonly findings: readonly string[] }>
}

/** The checks of the books, and the head of their hash chain. */
export type BooksVerification = {
  readonly checks: readonly {
    readonly name: string
    readonly ok: boolean
    readonly checked: number
    readonly findings: readonly string[]
  }[]
  readonly unsealed: number
  readonly head: { readonly number: number; readonly hash: string } | undefined
  readonly seconds: number
}

export type VerificationDependencies = {
  readonly database: Database
  readonly verifyBooks: Verify<BooksVerification>
  readonly checks: readonly ModuleCheck[]
}

const contentType = 'application/x-ndjson'

const verificationResult = closedObject(
  {
    ok: Type.Boolean({ description: 'Whether no check found anything.', examples: [true] }),
    checks: Type.Array(
      closedObject(
        {
          name: Type.String({ description: 'What was checked.', examples: ['conserved'] }),
          ok: Type.Boolean({ description: 'Whether nothing was found.', examples: [true] }),
          checked: Type.Integer({ description: 'How many things were looked at.', examples: [120_000] }),
          findings: Type.Array(Type.String(), {
            description: 'What is wrong and where; the first of them when there are many.',
            examples: [[]],
          }),
        },
        { title: 'VerificationCheck' },
      ),
    ),
    unsealed: Type.Integer({
      description: 'Batches that no block of the hash chain holds yet; a few are normal while writes go on.',
      examples: [2],
    }),
    head: Type.Union(
      [
        closedObject({
          number: Type.Integer({ description: 'The number of the block.', examples: [812] }),
          hash: Type.String({ description: 'Its SHA-256, in hexadecimal digits.', examples: ['9f86d081…'] }),
        }),
        Type.Null(),
      ],
      {
        description:
          'The last block of the hash chain; null before the first. Kept where nobody who writes to the database ' +
          'can change it, it proves later that nothing before it was changed.',
      },
    ),
    seconds: Type.Number({ description: 'How long it took.', examples: [1.25] }),
  },
  { title: 'VerificationResult' },
)

const progress = closedObject(
  {
    check: Type.String({ description: 'The part that is being checked.', examples: ['journal'] }),
    done: Type.Integer({ description: 'How much of it is done.', examples: [40] }),
    total: Type.Optional(Type.Integer({ description: 'How much there is.', examples: [100] })),
  },
  { title: 'VerificationProgress' },
)

const line = Type.Union([closedObject({ result: verificationResult }, { title: 'VerificationEnd' }), progress], {
  title: 'VerificationLine',
  description: 'A line of the answer: how far it is; on the last line the result.',
})

export const verificationProblems = {
  verification_running: {
    status: 409,
    title: 'The books are being verified already',
    explanation: 'One verification runs at a time. Wait for Retry-After seconds and ask again.',
  },
} as const

/** `GET /v1/verification`: the checks of the books and of every module. */
export function verificationRoutes({ database, verifyBooks, checks }: VerificationDependencies): HttpModule {
  const shared = createSharedVerification(database, async (options) => {
    return toResult(await verifyBooks(options), checks, options.signal)
  })
  return {
    name: 'verification',
    problems: verificationProblems,
    routes: [verifyRoute(shared)],
  }
}

function verifyRoute(shared: SharedVerification<unknown>): Route {
  return route({
    method: 'GET',
    path: '/v1/verification',
    operation: 'verify',
    summary: 'Verify the books',
    description:
      'Checks over all books, while they are being written, what data can show: that money is neither made nor ' +
      'lost, that every id has one effect, that no limit was passed, and that nothing was changed since it was ' +
      'written. One JSON text a line; the last line is the result. An answer that ends without a result failed. ' +
      'One verification runs at a time: who asks meanwhile follows the one that runs, and is refused with ' +
      'Retry-After while another process runs it. It ends when no one waits for it any more.',
    tag: 'Service',
    permission: 'verification:run',
    contentType,
    streams: true,
    answers: { 200: line },
    problems: ['verification_running'],
    handle: async (request) => {
      const messages = await shared.follow()
      if (messages === undefined) return request.refuse(verificationRunning, { headers: { 'retry-after': '10' } })
      return { status: 200, contentType, stream: linesOf(messages) }
    },
  })
}

const verificationRunning = {
  code: 'verification_running',
  message: 'The books are being verified already, by another process; wait for Retry-After seconds.',
} as const

async function* linesOf(messages: AsyncIterable<SharedMessage<unknown>>): AsyncGenerator<string> {
  for await (const message of messages) yield `${JSON.stringify(message)}\n`
}

async function toResult(
  { checks, unsealed, head, seconds }: BooksVerification,
  added: readonly ModuleCheck[],
  signal: AbortSignal,
) {
  const startedAt = performance.now()
  const more = await Promise.all(
    added.map(async ({ name, run }) => {
      const { checked, findings } = await run(signal)
      return { name, ok: findings.length === 0, checked, findings }
    }),
  )
  const all = [...checks.map(({ name, ok, checked, findings }) => ({ name, ok, checked, findings })), ...more]
  const tookSeconds = seconds + (performance.now() - startedAt) / 1000
  return { ok: all.every((check) => check.ok), checks: all, unsealed, head: head ?? null, seconds: tookSeconds }
}
