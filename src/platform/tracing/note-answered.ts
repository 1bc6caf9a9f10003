import type { Logger } from 'pino'
import { decodeId, type IdPrefix, idPrefix } from '#kernel'
import { addSpan, isTracing } from './traces.ts'

type Answered = {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly startedMs: number
  readonly status: number
  readonly body: string | undefined
  readonly traceparent: string | undefined
}

const publicId = /^\{"id":"(([a-z]+)_[0-7][0-9a-z]{25})"/
const prefixes: ReadonlySet<string> = new Set(Object.values(idPrefix))

/** Logs a request and traces it, by its own id and that of what it is about: never by what a client wrote. */
export function noteAnswered(logger: Logger, answered: Answered, slowMs: number): void {
  const endMs = performance.now()
  const tookMs = endMs - answered.startedMs
  const { id, method, path, status } = answered
  const isBad = tookMs >= slowMs || status >= 500
  if (!isBad && !isTracing() && !logger.isLevelEnabled('info')) return
  const [, subject, prefix = ''] = publicId.exec(answered.body ?? '') ?? []
  const fields = { requestId: id, ...(subject && { subject }), method, route: path, status, tookMs }
  if (isBad) logger.warn(fields, 'slow or failed')
  else logger.info(fields, 'answered')
  const about = subject !== undefined && prefixes.has(prefix) ? decodeId(prefix as IdPrefix, subject) : undefined
  const isWrite = method === 'POST' && about !== undefined
  addSpan({
    ...{ name: `${method} ${path}`, kind: 'server', calledBy: answered.traceparent, hasFailed: status >= 500 },
    ...(isWrite && { subject: about, isRoot: status === 201 && !path.includes(':') }),
    ...{ startMs: answered.startedMs, endMs },
    attributes: {
      'munim.request': id,
      'http.response.status_code': status,
      ...(subject && { 'munim.subject': subject }),
    },
  })
}
