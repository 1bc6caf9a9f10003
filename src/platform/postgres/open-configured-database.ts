import pg from 'pg'
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '../embedded-postgres/index.ts'
import { Fault } from '../faults/index.ts'
import { currentConnectOptions, type Tls } from '../tls/index.ts'
import { type ExternalServer, externalServer } from './connections/external-tls.ts'
import type { DatabaseOptions } from './database.ts'
import { refuseUnsuitedPooler } from './pooler.ts'

/** Which PostgreSQL to use: the one at the URL when given, or else the embedded one. */
export type DatabaseChoice = {
  /** `postgres://user:password@host:port/database`, as in DATABASE_URL; empty counts as none. */
  readonly databaseUrl?: string | undefined
  readonly dataDirectory: string
  /** For a server at a URL. The embedded one is reached by a socket that other users cannot reach. */
  readonly tls?: Tls | undefined
} & Pick<EmbeddedPostgresOptions, 'settings' | 'stopTimeoutMs' | 'onLog' | 'onFailure'>

export type ConfiguredDatabase = {
  readonly connection: Pick<DatabaseOptions, 'url' | 'tls' | 'host' | 'port' | 'user' | 'database'>
  readonly embedded: boolean
  /** Only of the embedded server. */
  readonly files?: EmbeddedPostgres['files']
  readonly stop: () => Promise<void>
}

const oldestMajor = 15
const answerTimeoutMs = 10_000

/**
 * Starts the embedded server, or checks that the one at the URL answers and is suitable.
 * Faults: those of {@link startEmbeddedPostgres}, or `database_url_invalid`, `database_unreachable`,
 * `database_too_old`, `database_encoding_unsuited`, `pooler_unsuited`.
 */
export async function openConfiguredDatabase(choice: DatabaseChoice): Promise<ConfiguredDatabase> {
  const { databaseUrl, dataDirectory, tls, ...options } = choice
  if (databaseUrl) {
    checkUrl(databaseUrl)
    const connection = externalServer(databaseUrl, tls)
    await checkExternal(connection)
    return { connection, embedded: false, stop: async () => undefined }
  }
  const server = await startEmbeddedPostgres({ ...options, directory: dataDirectory })
  const { connection, files, stop } = server
  return { connection, embedded: true, files, stop }
}

async function checkExternal(server: ExternalServer): Promise<void> {
  const config = configOf(server)
  const client = new pg.Client(config)
  client.on('error', () => undefined)
  // Without the password.
  const place = `${client.host}${client.host.startsWith('/') ? '' : `:${client.port}`}, database ${client.database}`
  let version: Version | undefined
  try {
    await client.connect()
    version = (await client.query<Version>(versionText)).rows[0]
  } catch (cause) {
    throw unreachable(place, cause)
  } finally {
    client.end().catch(() => undefined)
  }
  if (version === undefined || version.number < oldestMajor * 10_000) {
    throw new Fault({
      code: 'database_too_old',
      message: `The PostgreSQL of DATABASE_URL (${place}) is release ${version?.name ?? 'unknown'}; Munim needs ${oldestMajor} or later.`,
      retryable: false,
    })
  }
  if (version.lacking) {
    throw new Fault({
      code: 'database_encoding_unsuited',
      message: `The database of DATABASE_URL (${place}) has the encoding ${version.lacking}, which lacks characters that clients and rails may send; make it with the encoding UTF8, such as by createdb --template template0 --encoding UTF8.`,
      retryable: false,
    })
  }
  await refuseUnsuitedPooler(config).catch((cause: unknown) => {
    throw cause instanceof Fault ? cause : unreachable(place, cause)
  })
}

type Version = {
  readonly number: number
  readonly name: string
  /** Set when the database is new to Munim and its encoding cannot store every text. */
  readonly lacking?: string | null
}

const versionText = `select current_setting('server_version_num')::int as number, current_setting('server_version') as name,
    (select current_setting('server_encoding')
      where current_setting('server_encoding') not in ('UTF8', 'SQL_ASCII')
      and to_regclass('platform.migrations') is null) as lacking`

function unreachable(place: string, cause: unknown): Fault {
  const { code, message } = cause as Error & { code?: string }
  return new Fault({
    code: 'database_unreachable',
    message: `The PostgreSQL of DATABASE_URL (${place}) cannot be used: ${message || code}.`,
    retryable: true,
    cause,
  })
}

function configOf({ url, tls }: ExternalServer): pg.ClientConfig {
  return {
    connectionString: url,
    ...(tls !== undefined && { ssl: currentConnectOptions(tls) }),
    application_name: 'munim start',
    connectionTimeoutMillis: answerTimeoutMs,
    query_timeout: answerTimeoutMs,
  }
}

function checkUrl(url: string): void {
  try {
    const { protocol } = new URL(url.replace('@/', '@localhost/'))
    if (protocol !== 'postgres:' && protocol !== 'postgresql:') throw new Error(`it begins with ${protocol}`)
    new pg.Client({ connectionString: url })
  } catch (cause) {
    throw new Fault({
      code: 'database_url_invalid',
      message:
        'DATABASE_URL is no address of a PostgreSQL; it must be like postgres://user:password@host:5432/database.',
      retryable: false,
      cause,
    })
  }
}
