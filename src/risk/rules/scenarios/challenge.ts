import type { Subject, SubjectSchema } from '../subject-schema.ts'

const whole = 10_000

/** Which part of the subjects the challenger decides. */
export type Challenge = {
  /** Hundredths of a percent, from 0 to 10,000. */
  readonly basisPoints: number
  /** A field whose equal values always go the same way, such as the payer; without a value, the subject's id. */
  readonly field: string
  /** Another salt draws other subjects. */
  readonly salt: string
}

/** The same subjects every time, and when the share grows, the same ones and more. */
export function isChallenged(challenge: Challenge, schema: SubjectSchema, subject: Subject): boolean {
  const slot = schema.slots.get(challenge.field)
  const value = slot === undefined ? undefined : subject.values[slot]
  const key = value === undefined || typeof value === 'object' ? subject.id : String(value)
  return placeOf(`${challenge.salt}:${key}`) < challenge.basisPoints
}

/** From 0 to 9,999, spread evenly: FNV-1a with the last steps of Murmur. */
function placeOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % whole
}
