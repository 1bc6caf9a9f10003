import { type Asset, accepted, isoAsset, type Result } from '#kernel'
import type { Queryable } from '#platform/postgres'
import type { BookNumber } from '../commands.ts'
import type { LedgerRefusalCode } from '../refusals.ts'
import { refusal } from '../transfers/transfer-rules.ts'
import { findCustomAsset, insertAsset } from './asset-store.ts'

/** `replayed`: the book already had exactly this asset. */
export type CreatedAsset = { readonly asset: Asset; readonly replayed: boolean }

/** Refuses asset_code_taken for an ISO 4217 currency, and for a code the book has with another scale or name. */
export async function createAsset(
  tx: Queryable,
  book: BookNumber,
  asset: Asset,
): Promise<Result<CreatedAsset, LedgerRefusalCode>> {
  const taken = { ok: false, refusal: refusal('asset_code_taken', 'code') } as const
  if (isoAsset(asset.code) !== undefined) return taken
  if (await insertAsset(tx, book, asset)) return accepted({ asset, replayed: false })
  const known = await findCustomAsset(tx, book, asset.code)
  const same = known?.scale === asset.scale && known.name === asset.name
  return same ? accepted({ asset: known, replayed: true }) : taken
}
