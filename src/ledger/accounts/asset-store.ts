import type { Asset } from '#kernel'
import type { Queryable } from '#platform/postgres'
import type { BookNumber } from '../commands.ts'

/** The custom assets among these, as `book code`. */
export async function readCustomAssets(
  queryable: Queryable,
  commands: readonly { readonly book: BookNumber; readonly asset: string }[],
): Promise<Set<string>> {
  const names = new Map(commands.map(({ book, asset }) => [`${book} ${asset}`, { book, asset }]))
  const rows = await queryable.query<{ book_id: number; code: string }>({
    name: 'ledger-custom-assets',
    text: `select book_id, code from ledger.assets
      where (book_id, code) in (select * from unnest($1::integer[], $2::text[]))`,
    values: [[...names.values()].map(({ book }) => book), [...names.values()].map(({ asset }) => asset)],
  })
  return new Set(rows.map((row) => `${row.book_id} ${row.code}`))
}

export async function listCustomAssets(queryable: Queryable, book: BookNumber): Promise<Asset[]> {
  return queryable.query<Asset>({
    text: 'select code, scale, name from ledger.assets where book_id = $1 order by code',
    values: [book],
  })
}

export async function insertAsset(queryable: Queryable, book: BookNumber, asset: Asset): Promise<boolean> {
  const rows = await queryable.query({
    text: `insert into ledger.assets (book_id, code, scale, name) values ($1, $2, $3, $4)
      on conflict do nothing returning code`,
    values: [book, asset.code, asset.scale, asset.name],
  })
  return rows.length > 0
}

export async function findCustomAsset(
  queryable: Queryable,
  book: BookNumber,
  code: string,
): Promise<Asset | undefined> {
  const rows = await queryable.query<Asset>({
    text: 'select code, scale, name from ledger.assets where book_id = $1 and code = $2',
    values: [book, code],
  })
  return rows[0]
}
