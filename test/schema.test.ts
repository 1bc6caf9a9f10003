import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createTestDatabase, migratedModules, schemaText } from '#testing'

// After a migration, run `npx vitest run test/schema.test.ts -u` and review the changed file.
test.each(await migratedModules())(
  'the migrations of $name lead to its committed schema',
  async ({ name, directory }) => {
    const { database } = await createTestDatabase()
    await expect(await schemaText(database, name)).toMatchFileSnapshot(join(directory, '..', 'schema.txt'))
  },
)
