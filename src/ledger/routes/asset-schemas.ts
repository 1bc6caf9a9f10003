import { Type } from 'typebox'
import { assetCode } from '#platform/fields'
import { closedObject, querySchema } from '#platform/http'
import { pageQuery } from '#platform/lists'

const kind = Type.Unsafe<'iso4217' | 'custom'>({
  type: 'string',
  enum: ['iso4217', 'custom'],
  description: 'A currency of ISO 4217, which every book has, or an asset of this book.',
  examples: ['iso4217'],
})

const scale = Type.Integer({
  minimum: 0,
  maximum: 18,
  description: 'How many decimals lie between the major and the minor unit: 2 for USD, 0 for JPY.',
  examples: [2],
})

export const asset = closedObject(
  {
    code: assetCode('The code of the asset.'),
    scale,
    name: Type.String({ description: 'The name of the asset.', examples: ['US Dollar'] }),
    kind,
  },
  { title: 'Asset' },
)

export const createAsset = closedObject(
  {
    code: assetCode('The code of the asset: none of ISO 4217.', { example: 'XAU-MG' }),
    scale,
    name: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'The name of the asset.',
      examples: ['Gold, milligrams'],
    }),
  },
  { title: 'CreateAsset' },
)

export const assetParams = closedObject({ asset: assetCode('The code of the asset.') })

export const assetsQuery = querySchema({ ...pageQuery, kind: Type.Optional(kind) })
