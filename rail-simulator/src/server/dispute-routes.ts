import { createHash } from 'node:crypto'
import { isToBeAnswered } from '../operations/dispute-stages.ts'
import { moveDispute } from '../operations/ending.ts'
import type { Evidence, Operation, RailName, StagedDispute } from '../operations/operation.ts'
import { show } from '../operations/render.ts'
import type { World } from '../world.ts'
import { parseFields, readText } from './fields.ts'
import { type Answer, invalid, problem, RequestProblem } from './problem.ts'

const answers = ['accept', 'challenge'] as const
type AnswerKind = (typeof answers)[number]

/** Undefined: it is no path of an answer to a dispute. */
export function disputeAnswerRoute(
  segments: readonly string[],
): { readonly id: string; readonly kind: AnswerKind } | undefined {
  const [noun, id = '', action] = segments
  const kind = answers.find((one) => one === action)
  return segments.length === 3 && noun === 'disputes' && kind !== undefined ? { id, kind } : undefined
}

const keyForm = /^[\x20-\x7e]{1,255}$/

/** An answer counts once, by its key. */
export function answerDispute(
  world: World,
  rail: RailName,
  { id, kind }: { readonly id: string; readonly kind: AnswerKind },
  { key, body }: { readonly key: unknown; readonly body: string },
): Answer {
  if (typeof key !== 'string' || !keyForm.test(key)) throw new RequestProblem('idempotency_key_missing')
  const dispute = world.log.get(id)
  if (dispute?.dispute === undefined || dispute.rail !== rail) return problem('operation_not_found')
  const evidence = kind === 'challenge' ? readEvidence(body) : readNothing(body)
  return settle(world, { operation: dispute, staged: dispute.dispute }, { key, kind, evidence })
}

type Answering = { readonly key: string; readonly kind: AnswerKind; readonly evidence: readonly Evidence[] }

function settle(
  world: World,
  { operation, staged }: { readonly operation: Operation; readonly staged: StagedDispute },
  { key, kind, evidence }: Answering,
): Answer {
  const earlier = Object.hasOwn(staged.answers, key) ? staged.answers[key] : undefined
  if (earlier !== undefined && earlier !== kind) return problem('idempotency_key_reused')
  if (earlier === undefined) {
    if (!isToBeAnswered(staged.stage)) return problem('dispute_not_open', { detail: `it is ${staged.stage}` })
    moveDispute(world, operation, kind === 'accept' ? 'accepted' : 'challenged', {
      answers: { ...staged.answers, [key]: kind },
      evidence: [...staged.evidence, ...evidence],
    })
  }
  const headers = earlier === undefined ? {} : { 'idempotent-replayed': 'true' }
  return { status: 200, body: JSON.stringify(show(world, operation)), headers }
}

function readNothing(body: string): readonly Evidence[] {
  parseFields(body, [])
  return []
}

const piecesMax = 10
const bytesMax = 128 * 1024

function readEvidence(body: string): readonly Evidence[] {
  const { evidence } = parseFields(body, ['evidence'])
  if (!Array.isArray(evidence) || evidence.length === 0 || evidence.length > piecesMax) {
    throw invalid({ param: 'evidence', detail: `must be a list of 1 to ${piecesMax} texts and files` })
  }
  return evidence.map(readPiece)
}

function readPiece(piece: unknown): Evidence {
  const fields = typeof piece === 'object' && piece !== null ? { ...piece } : {}
  const { name, media_type, content }: Readonly<Record<string, unknown>> = fields
  const bytes = typeof content === 'string' ? Buffer.from(content, 'base64') : Buffer.alloc(0)
  if (bytes.length === 0 || bytes.length > bytesMax) {
    throw invalid({ param: 'evidence', detail: `must have a content of 1 to ${bytesMax} bytes in base64` })
  }
  const mediaType = readText({ media_type }, 'media_type', {
    form: /^[a-z]+\/[ -~]{1,60}$/,
    sentence: 'must be a media type',
  })
  const named = { form: /^[ -~]{1,100}$/, sentence: 'must be a name' }
  return {
    name: name === undefined ? null : readText({ name }, 'name', named),
    media_type: mediaType,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }
}
