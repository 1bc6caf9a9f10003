import type { IncomingMessage } from 'node:http'
import type { Quotas, Taker } from '#kernel'
import { BodyInCrumbs, UnreadableRequest } from '../invalid-request.ts'
import { ArrivingBody } from './arriving-body.ts'

export type BodyToRead = {
  readonly stream: IncomingMessage
  readonly bytesMax: number
  readonly sender: Taker
  readonly isStrangers: boolean
  /** Called with each amount of memory taken from the sender's quota. The caller must release it. */
  readonly onTaken: (bytes: number) => void
}

export type BodyReader = {
  readonly read: (body: BodyToRead, done: (error: Error | undefined, bytes?: Buffer) => void) => void
  readonly stop: () => void
}

const windowBytesMin = 64 * 1024

const nothing = new ArrivingBody(0)

type Upload = {
  windowMs: number
  windowBytes: number
  received: number
  readonly isStrangers: boolean
  readonly expire: () => void
}

/**
 * An upload that holds more than {@link windowBytesMin} must bring that many bytes per `windowMs`, so a stalled one
 * frees its memory. Smaller uploads may take as long as a whole request. But callers without a key share a route's
 * places, so their bodies must arrive within two windows.
 */
export function createBodyReader(deps: { readonly budget: Quotas; readonly windowMs: number }): BodyReader {
  const { budget, windowMs } = deps
  const uploads = new Set<Upload>()
  const endSlow = () => {
    const nowMs = performance.now()
    for (const upload of uploads) {
      if (nowMs - upload.windowMs < windowMs) continue
      const isSlow = upload.received > windowBytesMin && upload.windowBytes < windowBytesMin
      if (isSlow || upload.isStrangers) upload.expire()
      upload.windowMs = nowMs
      upload.windowBytes = 0
    }
  }
  const timer = setInterval(endSlow, windowMs / 2)
  timer.unref()

  const read: BodyReader['read'] = ({ stream, bytesMax, sender, isStrangers, onTaken }, done) => {
    const declared = stream.headers['content-length']
    if (declared !== undefined && Number(declared) > bytesMax) return done(tooLarge(bytesMax))
    // The client disconnected during the key look-up. The stream emits no more events, not even `end`.
    if (stream.destroyed) return done(endedEarly())
    let body = new ArrivingBody(declared === undefined ? bytesMax : Number(declared))
    const begin = (): Upload => {
      const { received } = body
      const begun = { windowMs: performance.now(), windowBytes: 0, received, isStrangers, expire: () => end(tooSlow()) }
      uploads.add(begun)
      return begun
    }
    let upload: Upload | undefined
    let hasEnded = false
    // The listeners stay: they ignore later bytes, and an error without a listener would crash the process.
    const end = (error: Error | undefined, bytes?: Buffer) => {
      if (hasEnded) return
      hasEnded = true
      if (upload) uploads.delete(upload)
      body = nothing
      done(error, bytes)
    }
    const onData = (chunk: Buffer) => {
      if (hasEnded) return
      if (body.received + chunk.length > bytesMax) return end(tooLarge(bytesMax))
      const needed = body.needs(chunk)
      if (!budget.take(sender, needed)) return end(noRoom())
      onTaken(needed)
      body.add(chunk)
      if (body.isCrumbs) return end(new BodyInCrumbs())
      if (upload === undefined) {
        if (body.received <= windowBytesMin) return
        upload = begin()
      }
      upload.received = body.received
      upload.windowBytes += chunk.length
    }
    const onEnd = () => end(undefined, body.bytes())
    const onGone = () => {
      // Every stream closes at last, and an error costs as much as reading a small body.
      if (!hasEnded) end(endedEarly())
    }
    if (isStrangers) upload = begin()
    stream.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone)
  }
  return { read, stop: () => clearInterval(timer) }
}

export function endedEarly(): UnreadableRequest {
  return new UnreadableRequest('malformed_request', 'The body ended before its last byte.')
}

function tooLarge(bytesMax: number): UnreadableRequest {
  return new UnreadableRequest('body_too_large', `The body may have ${bytesMax} bytes. Divide it.`)
}

function noRoom(): UnreadableRequest {
  const detail = 'The server is busy with other large requests, or with as many as it takes of one key or book.'
  return new UnreadableRequest('service_unavailable', detail)
}

function tooSlow(): UnreadableRequest {
  return new UnreadableRequest('request_timeout', 'The body arrived too slowly.')
}
