import { type Asset, isoAsset, isoAssets } from '#kernel'
import { answer, type Route, route } from '#platform/http'
import { answerPage, pageRequest, pageSchema, textCursor, toPage } from '#platform/lists'
import type { Queryable } from '#platform/postgres'
import { findCustomAsset, listCustomAssets } from '../accounts/asset-store.ts'
import { createAsset as addAsset } from '../accounts/create-asset.ts'
import { refusal } from '../transfers/transfer-rules.ts'
import { asset, assetParams, assetsQuery, createAsset } from './asset-schemas.ts'

export function assetRoutes(database: Queryable): Route[] {
  return [createAssetRoute, listAssetsRoute(database), getAssetRoute(database)]
}

const createAssetRoute = route({
  method: 'POST',
  path: '/v1/assets',
  operation: 'create_asset',
  summary: 'Add a custom asset',
  description: 'Adds an asset to the book: points, grams of gold, seats. The same again is answered with status 200.',
  tag: 'Assets',
  permission: 'ledger:manage',
  body: createAsset,
  answers: { 201: asset, 200: asset },
  problems: ['asset_code_taken'],
  acts: ['asset.created'],
  handleOnce: async (request, tx) => {
    const { code, scale, name } = request.body
    const result = await addAsset(tx, request.caller.book.number, { code, scale, name })
    if (!result.ok) return request.refuse(result.refusal)
    const view = toJson(result.value.asset)
    const { replayed } = result.value
    await request.record(tx, { subject: view.code, before: replayed ? view : null, after: view })
    return answer(replayed ? 200 : 201, view)
  },
})

function listAssetsRoute(database: Queryable): Route {
  return route({
    method: 'GET',
    path: '/v1/assets',
    operation: 'list_assets',
    summary: 'List assets',
    description: 'By code: the currencies of ISO 4217 and the custom assets of the book.',
    tag: 'Assets',
    permission: 'ledger:read',
    query: assetsQuery,
    answers: { 200: pageSchema(asset) },
    handle: async ({ caller, query }) => {
      const { limit, cursor = '' } = pageRequest(query, textCursor)
      const custom = query.kind === 'iso4217' ? [] : await listCustomAssets(database, caller.book.number)
      const currencies = query.kind === 'custom' ? [] : [...isoAssets.values()]
      const following = [...currencies, ...custom]
        .filter((each) => each.code > cursor)
        .sort((a, b) => (a.code < b.code ? -1 : 1))
      const page = toPage(following, limit, ({ code }) => code)
      return answerPage(page, textCursor, toJson)
    },
  })
}

function getAssetRoute(database: Queryable): Route {
  return route({
    method: 'GET',
    path: '/v1/assets/:asset',
    operation: 'get_asset',
    summary: 'Read an asset',
    tag: 'Assets',
    permission: 'ledger:read',
    params: assetParams,
    answers: { 200: asset },
    problems: ['asset_not_found'],
    handle: async (request) => {
      const code = request.params.asset
      const found = isoAsset(code) ?? (await findCustomAsset(database, request.caller.book.number, code))
      return found === undefined ? request.refuse(refusal('asset_not_found', 'asset')) : answer(200, toJson(found))
    },
  })
}

function toJson({ code, scale, name }: Asset) {
  return { code, scale, name, kind: isoAsset(code) === undefined ? 'custom' : 'iso4217' }
}
