import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { Quotas, Taker } from '#kernel'

/** `whole`: kept until the answer, so that it can be sent again. `streaming`: once only. */
export type RequestBody = { readonly kind: 'none' } | { readonly kind: 'whole'; readonly bytes: Buffer } | StreamingBody

export type StreamingBody = {
  readonly kind: 'streaming'
  /** A stream of the body. When it was not read, another one can be opened. */
  readonly open: () => Readable
  readonly isRead: () => boolean
  /** Why it has ended before its time. */
  readonly flaw: () => BodyFlaw | undefined
}

export type BodyFlaw = 'too_large' | 'too_slow' | 'no_room' | 'gone'

export type BodyReader = {
  readonly read: (request: IncomingMessage, asked: AskedBody) => Promise<RequestBody | BodyFlaw>
  /** Gives back what `read` has taken. */
  readonly release: (request: IncomingMessage) => void
  readonly stop: () => void
}

type AskedBody = { readonly length: number | undefined; readonly taker: Taker }

type Reading = {
  readonly request: IncomingMessage
  readonly onSlow: () => void
  /** That must arrive in each window. */
  pieceMin: number
  /** The other side did not take its bytes. */
  wasHeld: boolean
  bytes: number
  bytesBefore: number
  sinceMs: number
}

export type BodyLimits = {
  /** Of one body. */
  readonly bytesMax: number
  /** Larger ones are passed on while they arrive. */
  readonly wholeMax: number
  /** Of all bodies that are kept, divided among the clients. */
  readonly budget: Quotas
  /** In each such time, `pieceMin` bytes must arrive. */
  readonly windowMs: number
  readonly pieceMin: number
  /** The same of a body that is passed on while it arrives. */
  readonly streamedPieceMin: number
}

/** Reads bodies within bounds of size, pace and memory. */
export function createBodyReader(limits: BodyLimits): BodyReader {
  const { bytesMax, wholeMax, budget, windowMs, pieceMin, streamedPieceMin } = limits
  const readings = new Set<Reading>()
  const taken = new Map<IncomingMessage, { readonly taker: Taker; amount: number }>()

  const look = () => {
    const nowMs = performance.now()
    for (const one of readings) {
      if (nowMs - one.sinceMs < windowMs) continue
      const isHeld = one.request.isPaused()
      // One whose bytes wait here, because the other side does not take them, is not slow itself.
      if (one.bytes - one.bytesBefore < one.pieceMin && !isHeld && !one.wasHeld) one.onSlow()
      one.wasHeld = isHeld
      one.bytesBefore = one.bytes
      one.sinceMs = nowMs
    }
  }
  const timer = setInterval(look, Math.min(1_000, windowMs / 2)).unref()

  const take = (request: IncomingMessage, taker: Taker, amount: number) => {
    if (!budget.take(taker, amount)) return false
    const before = taken.get(request)
    if (before === undefined) taken.set(request, { taker, amount })
    else before.amount += amount
    return true
  }

  return {
    read: async (request, { length, taker }) => {
      if (length === 0) return { kind: 'none' }
      if ((length ?? 0) > bytesMax) return 'too_large'
      const { promise, resolve } = Promise.withResolvers<RequestBody | BodyFlaw>()
      const chunks: Buffer[] = []
      const now = performance.now()
      const onSlow = () => settle('too_slow')
      const reading = { request, onSlow, pieceMin, wasHeld: false, bytes: 0, bytesBefore: 0, sinceMs: now }
      const asStream = () => streaming(request, chunks, { bytesMax, pieceMin: streamedPieceMin, reading, readings })
      readings.add(reading)
      const onData = (chunk: Buffer) => {
        reading.bytes += chunk.length
        if (!take(request, taker, chunk.length)) return settle('no_room')
        chunks.push(chunk)
        if (reading.bytes > wholeMax) settle(asStream())
      }
      const onEnd = () =>
        settle({ kind: 'whole', bytes: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks) })
      const onClose = () => settle('gone')
      const settle = (result: RequestBody | BodyFlaw) => {
        request.off('data', onData).off('end', onEnd).off('close', onClose)
        if (typeof result === 'string' || result.kind === 'whole') readings.delete(reading)
        if (typeof result === 'string' || result.kind === 'streaming') request.pause()
        resolve(result)
      }
      if (request.destroyed) return 'gone'
      if ((length ?? 0) > wholeMax) settle(asStream())
      else request.on('data', onData).on('end', onEnd).on('close', onClose)
      return promise
    },
    release: (request) => {
      const before = taken.get(request)
      if (before === undefined) return
      taken.delete(request)
      budget.release(before.taker, before.amount)
    },
    stop: () => clearInterval(timer),
  }
}

type StreamingLimits = {
  readonly bytesMax: number
  readonly pieceMin: number
  readonly reading: Reading
  readonly readings: Set<Reading>
}

/** A stream of the chunks that have arrived, and of those to come. It reads nothing before it is read. */
function streaming(request: IncomingMessage, chunks: Buffer[], limits: StreamingLimits): RequestBody {
  const { bytesMax, pieceMin, reading, readings } = limits
  let isRead = false
  let flaw: BodyFlaw | undefined
  let opened: BodyStream | undefined
  const watched = { ...reading, pieceMin, onSlow: () => onFlaw('too_slow') }
  const onFlaw = (found: BodyFlaw) => {
    flaw ??= found
    opened?.destroy(new Error(`the body is ${found}`))
  }
  readings.delete(reading)
  request.once('close', () => readings.delete(watched)).once('end', () => readings.delete(watched))
  return {
    kind: 'streaming',
    isRead: () => isRead,
    flaw: () => flaw,
    open: () => {
      watched.sinceMs = performance.now()
      watched.bytesBefore = watched.bytes
      readings.add(watched)
      const onRead = () => {
        isRead = true
      }
      const count = (bytes: number) => {
        watched.bytes += bytes
        return watched.bytes <= bytesMax
      }
      const onHeld = () => {
        watched.wasHeld = true
      }
      opened = new BodyStream({ request, chunks, count, onRead, onHeld, onFlaw })
      return opened
    },
  }
}

type StreamSource = {
  readonly request: IncomingMessage
  readonly chunks: Buffer[]
  readonly count: (bytes: number) => boolean
  readonly onRead: () => void
  readonly onHeld: () => void
  readonly onFlaw: (flaw: BodyFlaw) => void
}

class BodyStream extends Readable {
  readonly #from: StreamSource
  #isFollowing = false

  constructor(from: StreamSource) {
    super()
    this.#from = from
  }

  override _read(): void {
    const { request, chunks, onRead } = this.#from
    onRead()
    let chunk = chunks.shift()
    while (chunk !== undefined) {
      if (!this.push(chunk)) return
      chunk = chunks.shift()
    }
    if (!this.#isFollowing) this.#follow()
    request.resume()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#from.request.pause()
    done(error)
  }

  #follow(): void {
    this.#isFollowing = true
    const { request, count, onHeld, onFlaw } = this.#from
    request.on('data', (chunk: Buffer) => {
      if (this.destroyed) return
      if (!count(chunk.length)) onFlaw('too_large')
      else if (!this.push(chunk)) {
        onHeld()
        request.pause()
      }
    })
    request.on('end', () => {
      if (!this.destroyed) this.push(null)
    })
    request.on('close', () => {
      if (!request.complete) onFlaw('gone')
    })
  }
}
