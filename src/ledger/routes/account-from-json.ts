import type { Static } from 'typebox'
import { decodeId, idPrefix } from '#kernel'
import { readLimit } from '#platform/fields'
import { InvalidRequest } from '#platform/http'
import { newUuid } from '#platform/ids'
import type { BookNumber, ChangeAccount, CreateAccount } from '../commands.ts'
import type { changeAccount, createAccount } from './account-schemas.ts'

/** Throws InvalidRequest for limits beyond 64 bits, and a code in the form of an id. `path` as in transferFromJson. */
export function accountFromJson(book: BookNumber, json: Static<typeof createAccount>, path = ''): CreateAccount {
  if (decodeId(idPrefix.account, json.code) !== undefined) {
    throw new InvalidRequest(`${path}code must not have the form of an account's id`, { param: `${path}code` })
  }
  return {
    book,
    id: (json.id === undefined ? undefined : decodeId(idPrefix.account, json.id)) ?? newUuid(),
    idGiven: json.id !== undefined,
    code: json.code,
    asset: json.asset,
    minAvailable: json.min_available === undefined ? 0n : readLimit(json.min_available, `${path}min_available`),
    maxBalance: json.max_balance === undefined ? null : readLimit(json.max_balance, `${path}max_balance`),
    metadata: json.metadata ?? {},
  }
}

export function accountChangeFromJson(
  book: BookNumber,
  account: string,
  json: Static<typeof changeAccount>,
): ChangeAccount {
  return {
    book,
    account,
    ...(json.min_available !== undefined && { minAvailable: readLimit(json.min_available, 'min_available') }),
    ...(json.max_balance !== undefined && { maxBalance: readLimit(json.max_balance, 'max_balance') }),
    ...(json.metadata !== undefined && { metadata: json.metadata }),
    ...(json.version !== undefined && { version: json.version }),
  }
}
