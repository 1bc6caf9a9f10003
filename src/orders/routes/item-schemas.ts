import { Type } from 'typebox'
import { amountInput, assetCode, digits, id, time } from '#platform/fields'
import { closedObject, expectation, querySchema } from '#platform/http'
import { pageQuery } from '#platform/lists'
import { stockMax } from '../order.ts'

const codePattern = '^[A-Za-z0-9][A-Za-z0-9_.:@+-]{0,63}$'

const code = Type.String({
  pattern: codePattern,
  description: 'Your own name for it; no two items of a book have the same.',
  examples: ['mug-blue'],
  [expectation]: '1 to 64 letters, digits and the characters _ . : @ + -, of which the first is a letter or a digit',
})

const name = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'What people call it.',
  examples: ['Blue mug'],
})

const price = Type.Unsafe<number | string>({ ...amountInput, description: 'The price of one, in minor units.' })

const stock = Type.Integer({
  minimum: 0,
  description: 'How many can still be reserved.',
  examples: [12],
})
const stockInput = Type.Integer({ ...stock, maximum: Number(stockMax) })

export const itemReference = Type.String({
  pattern: codePattern,
  description: 'The item, by its id or its code.',
  examples: ['mug-blue'],
  [expectation]: 'the id of an item, or its code',
})

export const item = closedObject(
  {
    id: id('item', 'The id of the item.'),
    code,
    name,
    asset: assetCode('The asset of its price.'),
    price: digits('The price of one, in minor units.', { example: '1250' }),
    stock,
    created_at: time('When it was added.'),
  },
  { title: 'Item' },
)

export const createItem = closedObject(
  { code, name, asset: assetCode('The asset of its price.'), price, stock: Type.Optional(stockInput) },
  { title: 'CreateItem' },
)

export const changeItem = closedObject(
  {
    name: Type.Optional(name),
    price: Type.Optional(price),
    stock: Type.Optional(Type.Integer({ ...stockInput, description: 'How many can be reserved from now on.' })),
    stock_change: Type.Optional(
      Type.Integer({
        minimum: -Number(stockMax),
        maximum: Number(stockMax),
        description: 'How many come in, or with a minus go out. It is safe while orders come in; `stock` is not.',
        examples: [50],
      }),
    ),
  },
  { title: 'ChangeItem', examples: [{ stock_change: 50 }] },
)

export const itemParams = closedObject({ item: itemReference })
export const itemsQuery = querySchema(pageQuery)
