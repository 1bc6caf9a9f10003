import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { ledgerEvents } from '#ledger'
import { orderEvents } from '#orders'
import { paymentEvents } from '#payments'
import { railEvents } from '#rails'

const folder = fileURLToPath(new URL('../api/events', import.meta.url))

it('every type of event has a schema, and no other has one', () => {
  const types = [...ledgerEvents, ...paymentEvents, ...orderEvents, railEvents].flatMap((events) => [...events.types])
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  expect(files.toSorted()).toEqual(types.map((type) => `${type}.json`).toSorted())
})
