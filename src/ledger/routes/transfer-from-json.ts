import type { Static } from 'typebox'
import { idPrefix, type Timestamp, uuidOf } from '#kernel'
import { readMinor, readTime } from '#platform/fields'
import { InvalidRequest } from '#platform/http'
import { newUuid } from '#platform/ids'
import type { AccountCondition, BookNumber, CreateTransfer, Metadata } from '../commands.ts'
import type { createTransferItem } from './transfer-schemas.ts'

type TransferJson = Static<typeof createTransferItem>
type ConditionJson = NonNullable<NonNullable<TransferJson['conditions']>['source']>
type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] }

/** `path` leads to the JSON, such as `transfers.3.`. Throws InvalidRequest for faults the schema cannot express. */
export function transferFromJson(book: BookNumber, json: TransferJson, path = ''): CreateTransfer {
  const command: Mutable<CreateTransfer> = {
    kind: 'create',
    book,
    id: json.id === undefined ? newUuid() : uuidOf(idPrefix.transfer, json.id),
    idGiven: json.id !== undefined,
    source: json.source,
    destination: json.destination,
    amount: readMinor(json.amount, `${path}amount`),
    asset: json.asset,
  }
  if (json.pending !== undefined) command.pending = json.pending
  if (json.expires_at !== undefined) command.expiresAt = readExpiry(json, { expiresAt: json.expires_at, path })
  if (json.balancing !== undefined) command.balancing = json.balancing
  if (json.reference !== undefined) command.reference = json.reference
  if (json.effective_at !== undefined)
    command.effectiveAt = readTime({ value: json.effective_at, param: `${path}effective_at` })
  if (json.metadata !== undefined) command.metadata = json.metadata as Metadata
  if (json.conditions !== undefined) command.conditions = readConditions(json.conditions, `${path}conditions.`)
  return command
}

function readExpiry(
  json: TransferJson,
  { expiresAt, path }: { readonly expiresAt: string; readonly path: string },
): Timestamp {
  if (json.pending !== true) {
    throw new InvalidRequest(`${path}expires_at can only be given with pending: true`, { param: `${path}expires_at` })
  }
  return readTime({ value: expiresAt, param: `${path}expires_at` })
}

function readConditions(
  json: NonNullable<TransferJson['conditions']>,
  path: string,
): NonNullable<CreateTransfer['conditions']> {
  const conditions: Mutable<NonNullable<CreateTransfer['conditions']>> = {}
  if (json.source !== undefined) conditions.source = readCondition(json.source, `${path}source.`)
  if (json.destination !== undefined) conditions.destination = readCondition(json.destination, `${path}destination.`)
  return conditions
}

function readCondition(json: ConditionJson, path: string): AccountCondition {
  const condition: Mutable<AccountCondition> = {}
  if (json.version !== undefined) condition.version = json.version
  if (json.posted_min !== undefined) condition.postedMin = readMinor(json.posted_min, `${path}posted_min`)
  if (json.posted_max !== undefined) condition.postedMax = readMinor(json.posted_max, `${path}posted_max`)
  if (json.available_min !== undefined) condition.availableMin = readMinor(json.available_min, `${path}available_min`)
  if (json.available_max !== undefined) condition.availableMax = readMinor(json.available_max, `${path}available_max`)
  return condition
}
