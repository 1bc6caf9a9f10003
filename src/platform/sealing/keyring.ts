import { createHmac } from 'node:crypto'
import { Fault } from '#platform/faults'
import { type DataKey, fromPlain, openText, type Placed, sealedWith, sealText, toPlain } from './sealed-text.ts'

/** The data keys of the database that the process serves. */
export type Keyring = {
  /** undefined: nothing is sealed. */
  readonly active: DataKey | undefined
  readonly byNumber: ReadonlyMap<number, DataKey>
  /** Finds texts that are stored as their hash. It is never replaced. */
  readonly index: DataKey | undefined
}

const empty: Keyring = { active: undefined, byNumber: new Map(), index: undefined }
const indexPrefix = 'munim-index:'

let keyring = empty
let isClosed = false

/** A process serves one database, so it has one keyring. */
export function useKeyring(ring: Keyring | undefined): void {
  keyring = ring ?? empty
  isClosed = false
}

/** Until another one is used, nothing is sealed and nothing sealed is opened. Has no effect on another ring. */
export function closeKeyring(ring: Keyring | undefined): void {
  if (ring === keyring) isClosed = true
}

/** Throws a retryable Fault while the keys of the database are not known. */
function inUse(): Keyring {
  if (!isClosed) return keyring
  const message = 'The data keys of the database are being read, or the process is stopping.'
  throw new Fault({ code: 'data_keys_unread', message, retryable: true })
}

/** Where a text is stored: the table and column, and the key of the row. */
export type Place = {
  readonly column: `${string}.${string}.${string}`
  readonly key: readonly (string | number)[]
}

/** As it is to be stored at the place: sealed, if the process has a key. */
export function sealField(place: Place, text: string): string {
  const { active } = inUse()
  return active === undefined ? toPlain(text) : sealText(active, placed(place, text))
}

/** Of a text that is stored at the place, sealed or not. Throws a Fault when it cannot be opened. */
export function openField(place: Place, text: string): string {
  const number = sealedWith(text)
  if (number === undefined) return fromPlain(text)
  const key = inUse().byNumber.get(number)
  if (key === undefined) {
    const message = `A field of ${place.column} is sealed with data key ${number}, which this process does not have. Check --secrets-key.`
    throw new Fault({ code: 'data_key_missing', message, retryable: true })
  }
  const opened = openText(key, placed(place, text))
  if (opened !== undefined) return opened
  const message = `A field of ${place.column} cannot be opened: it was changed, or moved from another row.`
  throw new Fault({ code: 'sealed_field_broken', message, retryable: false })
}

/** Whether the job should write it again: it is plain, or sealed with an earlier key. */
export function isStale(text: string): boolean {
  const { active } = inUse()
  return active !== undefined && sealedWith(text) !== active.number
}

export function activeDataKey(): number | undefined {
  return inUse().active?.number
}

/** Undefined: this process does not have it. */
export function dataKeyOf(number: number): DataKey | undefined {
  return inUse().byNumber.get(number)
}

/** A hash of a text that is only compared, never read. undefined: the process has no key. */
export function indexed(text: string): string | undefined {
  const { index } = inUse()
  if (index === undefined) return undefined
  const hash = createHmac('sha256', index.bytes).update(`munim index ${text}`).digest('base64url')
  return `${indexPrefix}${hash}`
}

export function isIndexed(text: string): boolean {
  return text.startsWith(indexPrefix)
}

/** For a column of type json: a sealed text is a string there. */
export function sealJsonField(place: Place, json: string): string {
  return inUse().active === undefined ? json : JSON.stringify(sealField(place, json))
}

export function openJsonField(place: Place, json: string): string {
  return json.startsWith('"') ? openField(place, JSON.parse(json) as string) : json
}

function placed({ column, key }: Place, text: string): Placed {
  const row = key.map((part) => String(part).replaceAll('-', '')).join('/')
  return { place: `${column} ${row}`, text }
}
