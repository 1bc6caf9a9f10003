import { type Static, Type } from 'typebox'
import { formatTimestamp } from '#kernel'
import { time } from '#platform/fields'
import { answer, closedObject, type HttpModule, route } from '#platform/http'
import type { Database } from '#platform/postgres'
import type { DataKeys } from './data-keys.ts'
import { type DataKeyStatus, readSealingStatus } from './sealing-status.ts'
import type { SealingTask } from './sealing-task.ts'

export type SealingRoutesDeps = {
  readonly database: Database
  readonly dataKeys: Pick<DataKeys, 'rotate' | 'isSealing'>
  readonly tasks: readonly SealingTask[]
}

const tag = 'Secrets'

const dataKeySchema = closedObject(
  {
    number: Type.Integer({ description: 'The number of the data key.', examples: [2] }),
    purpose: Type.Unsafe<string>({
      type: 'string',
      enum: ['fields', 'index'],
      description: '`fields`: seals fields. `index`: finds texts that are stored as hashes; it stays the same.',
      examples: ['fields'],
    }),
    state: Type.Unsafe<DataKeyStatus['state']>({
      type: 'string',
      enum: ['coming', 'active', 'earlier'],
      description:
        '`coming`: used within a minute. `earlier`: opens what was sealed with it, until that is sealed again.',
      examples: ['active'],
    }),
    wrapped_by: Type.String({ description: 'The id of the key that wraps it.', examples: ['6f1ed002ab55'] }),
    created_at: time('When it was made.'),
  },
  { title: 'DataKey' },
)

const tableSchema = closedObject(
  {
    name: Type.String({ description: 'The table.', examples: ['payments.payments'] }),
    sealed: Type.Boolean({
      description: 'All its rows were looked at since the newest data key is in use.',
      examples: [true],
    }),
    rows_looked_at: Type.Integer({ description: 'Rows that were looked at.', examples: [120000] }),
    rows_sealed: Type.Integer({ description: 'Rows among them that were sealed.', examples: [120000] }),
  },
  { title: 'SealedTable' },
)

const statusSchema = closedObject(
  {
    sealing: Type.Boolean({ description: 'This process has a key, and seals what it writes.', examples: [true] }),
    data_keys: Type.Array(dataKeySchema),
    tables: Type.Array(tableSchema),
  },
  { title: 'Secrets', description: 'The keys that seal secrets and personal fields, and how far tables are sealed.' },
)

export const sealingProblems = {
  secrets_key_missing: {
    status: 409,
    title: 'There is no key to rotate',
    explanation: 'The server was started without `--secrets-key`, so nothing is sealed.',
  },
} as const

/** The keys that seal fields, for operators: `/v1/secrets`. */
export function sealingRoutes(deps: SealingRoutesDeps): HttpModule {
  const status = () => readStatus(deps)
  return {
    name: 'sealing',
    problems: sealingProblems,
    routes: [
      route({
        method: 'GET',
        path: '/v1/secrets',
        operation: 'retrieve_secrets',
        summary: 'See how secrets are sealed',
        description: 'The data keys without their content, and how far the rows of each table are sealed.',
        tag,
        permission: 'secrets:manage',
        answers: { 200: statusSchema },
        handle: async () => answer(200, await status()),
      }),
      route({
        method: 'POST',
        path: '/v1/secrets/rotations',
        operation: 'rotate_secrets',
        summary: 'Rotate the keys that seal secrets',
        description:
          'Wraps all data keys with the newest key of `--secrets-key`, and makes a new data key. Processes use it after a ' +
          'minute. Rows are sealed again in the background; `GET /v1/secrets` shows how far. A repeated call before all ' +
          'are sealed makes no other key.',
        tag,
        permission: 'secrets:manage',
        answers: { 200: statusSchema },
        problems: ['secrets_key_missing'],
        acts: ['secrets.rotated'],
        writesBesides: () => true,
        handle: async ({ refuse, record }) => {
          if (!deps.dataKeys.isSealing) {
            return refuse({ code: 'secrets_key_missing', message: sealingProblems.secrets_key_missing.explanation })
          }
          const { tables } = await status()
          await deps.dataKeys.rotate({
            isUnderWay: tables.some(({ sealed }) => !sealed),
            record: (tx, dataKey) => record(tx, { subject: `data key ${dataKey}`, book: 'shared' }),
          })
          return answer(200, await status())
        },
      }),
    ],
  }
}

async function readStatus({ database, dataKeys, tasks }: SealingRoutesDeps): Promise<Static<typeof statusSchema>> {
  const { dataKeys: keys, tables } = await readSealingStatus(database, tasks)
  return {
    sealing: dataKeys.isSealing,
    data_keys: keys.map(({ number, purpose, state, wrappedBy, createdAt }) => ({
      ...{ number, purpose, state, wrapped_by: wrappedBy },
      created_at: formatTimestamp(createdAt),
    })),
    tables: tables.map(({ name, isSealed, lookedAt, sealed }) => ({
      ...{ name, sealed: isSealed },
      ...{ rows_looked_at: lookedAt, rows_sealed: sealed },
    })),
  }
}
